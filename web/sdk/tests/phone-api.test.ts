import { expect, it } from "vitest";
import { PhoneApi } from "../phone-api.ts";

it("asks with the token and gives what there is", async () => {
  const trunk = { trunk: "sip.example.org", state: "registered", since: 1 };
  const asked: [string, RequestInit][] = [];
  const api = new PhoneApi(
    () => "secret",
    async (url, init) => {
      asked.push([url, init]);
      return Response.json({ trunks: [trunk] });
    },
  );
  expect(await api.trunks()).toEqual([trunk]);
  expect(asked[0]?.[0]).toBe("/api/v1/phone/trunks");
  expect(asked[0]?.[1].headers).toEqual({ Authorization: "Bearer secret" });
});

it("rejects with what the server says, and without a server", async () => {
  const error = { code: "forbidden", message: "No." };
  const refused = new PhoneApi(
    () => null,
    async () => Response.json({ error }, { status: 403 }),
  );
  await expect(refused.trunks()).rejects.toMatchObject({ code: "forbidden", message: "No." });
  const gone = new PhoneApi(
    () => null,
    async () => {
      throw new TypeError("network");
    },
  );
  await expect(gone.trunks()).rejects.toMatchObject({ code: "server_unreachable" });
});
