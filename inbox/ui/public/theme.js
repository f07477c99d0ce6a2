// Runs before the first paint: the chosen theme without a flash. A file of its own, since the content policy allows no inline script.
try {
  const chosen = localStorage.getItem("inbox-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
