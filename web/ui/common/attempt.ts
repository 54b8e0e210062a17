import { toast } from "../state/toasts.ts";
import { codeOf, wordsOf } from "./problem.tsx";

/** What the server has against it and what helps, in words; null when it was done. */
export async function refusal(request: Promise<unknown>): Promise<readonly string[] | null> {
  try {
    await request;
    return null;
  } catch (error) {
    return wordsOf(codeOf(error));
  }
}

/** What the server refuses is told in a toast; true when it was done. */
export async function attempt(request: Promise<unknown>): Promise<boolean> {
  const words = await refusal(request);
  if (words) toast(words.join(". "));
  return words === null;
}
