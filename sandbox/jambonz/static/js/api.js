// The control API of the exchange.

async function answer(response) {
  if (response.ok) return response.status === 204 ? null : response.json();
  const body = await response.json().catch(() => ({}));
  throw new Error(typeof body.detail === "string" ? body.detail : `${response.status}`);
}

export const url = (path) => `/sandbox/api/${path}`;
export const get = async (path) => answer(await fetch(url(path)));
export const drop = async (path) => answer(await fetch(url(path), { method: "DELETE" }));
export const post = async (path, body) =>
  answer(await fetch(url(path), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
export const deed = (what, phone, words = "") => post(`deeds/${what}`, { phone, words });
