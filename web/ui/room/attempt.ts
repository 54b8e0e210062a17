import { ParleyError } from "../../sdk/index.ts";
import { wordsOf } from "../common/problem.tsx";
import { toast } from "../state/toasts.ts";

/** What the server refuses is told in a toast; true when it was done. */
export async function attempt(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    toast(wordsOf(error instanceof ParleyError ? error.code : "internal").join(". "));
    return false;
  }
}
