// The control API of the sandbox.

async function answer(response) {
  if (response.ok) return response.status === 204 ? null : response.json();
  const body = await response.json().catch(() => ({}));
  throw new Error(typeof body.detail === "string" ? body.detail : body.description || `${response.status}`);
}

export const get = async (path) => answer(await fetch(`/sandbox/api/${path}`));

export const post = async (path, body) =>
  answer(await fetch(`/sandbox/api/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

export async function upload(person, file, kind, frame, more = {}) {
  const form = new FormData();
  form.append("frame", JSON.stringify(frame));
  form.append("upload", file, file.name || "voice.oga");
  form.append("kind", kind);
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  return answer(await fetch(`/sandbox/api/people/${person}/file`, { method: "POST", body: form }));
}

export async function uploadAlbum(person, files, kind, frame, caption) {
  const form = new FormData();
  form.append("frame", JSON.stringify(frame));
  for (const file of files) {
    form.append("uploads", file, file.name);
    form.append("kinds", kind);
  }
  form.append("caption", caption);
  return answer(await fetch(`/sandbox/api/people/${person}/album`, { method: "POST", body: form }));
}

export const fileUrl = (id) => `/sandbox/api/files/${encodeURIComponent(id)}`;
