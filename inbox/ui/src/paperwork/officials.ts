/** Officials of the list, found by anything that is known of them. */
import type { Models } from "@/api/types";

export interface Official {
  liaison: Models["LiaisonShown"];
  department: string;
}

/** Active officials who have every word in their name, position, department, telephone or e-mail; all of them for no words. */
export function found(departments: readonly Models["DepartmentShown"][], search: string): Official[] {
  const wanted = search.toLocaleLowerCase("ru").split(/\s+/).filter(Boolean);
  const digits = search.replace(/\D/g, "");
  const isPhone = digits.length >= 4 && /^[\d\s()+-]+$/.test(search.trim());
  return departments.flatMap((one) =>
    one.liaisons
      .filter((liaison) => liaison.is_active)
      .filter((liaison) => {
        if (isPhone) return liaison.phone.replace(/\D/g, "").includes(digits.replace(/^8(?=\d{10}$)/, ""));
        const said = [liaison.full_name, liaison.position, one.name, liaison.phone, liaison.email].join(" ").toLocaleLowerCase("ru");
        return wanted.every((word) => said.includes(word));
      })
      .map((liaison) => ({ liaison, department: one.name })),
  );
}
