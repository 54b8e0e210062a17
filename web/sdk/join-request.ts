import type { Environment } from "./environment.ts";
import { instanceOf } from "./instance.ts";
import type { Offer } from "./peer-link.ts";
import type { OfferFields, Requests } from "./protocol.ts";
import { type JoinOptions, ParleyError, type SourceKind } from "./types.ts";

const kClient = "parley-web/0.1.0";

/** `publish`: what is on as one comes in. */
export function joinRequest(
  environment: Environment,
  options: JoinOptions,
  publish: readonly SourceKind[],
  offer: Offer | null,
): Requests["join"]["data"] {
  const instance = instanceOf(environment);
  return {
    room: options.room,
    ...(options.token !== undefined ? { token: options.token } : { invite: options.invite ?? "" }),
    ...(options.passcode && { passcode: options.passcode }),
    name: options.name,
    publish: [...publish],
    client: kClient,
    ...(instance !== undefined && { instance }),
    ...(offer && offerFields(offer)),
  };
}

export function offerFields(offer: Offer): OfferFields {
  return { offer: offer.sdp, sources_by_mid: offer.sourcesByMid };
}

/** What kept one out, whatever was thrown. */
export function toParleyError(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  if (error instanceof ReferenceError || error instanceof TypeError) {
    return new ParleyError("unsupported_browser", "This browser cannot take part in video meetings.");
  }
  return new ParleyError("internal", String(error));
}
