import { lazy } from "../../common/lazy.tsx";
import { current, isDialogOpen } from "./broadcast-state.ts";

const BroadcastDialog = lazy(() => import("./broadcast-dialog.tsx").then((module) => module.BroadcastDialog));

/** Asks what to begin; hosts need it seldom, so it comes when it is asked for. */
export function BroadcastOver() {
  if (!isDialogOpen.value || current.value) return null;
  return <BroadcastDialog />;
}
