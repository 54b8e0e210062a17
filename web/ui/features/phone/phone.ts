import type { Feature } from "../feature.ts";
import { forget, listener } from "./phone-state.ts";

export const phone: Feature = { name: "phone", listener, handleLeft: forget };
