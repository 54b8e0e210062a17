import { beforeEach, describe, expect, it } from "vitest";
import { HostApi } from "../host-api.ts";
import { deleteRoom, renewInvitation } from "../room-api.ts";
import { FakeEnvironment } from "./fake-environment.ts";

interface Call {
  path: string;
  init: RequestInit;
}

describe("HostApi", () => {
  let environment: FakeEnvironment;
  let calls: Call[];
  let answer: { status: number; body: string };
  let api: HostApi;

  const fetcher = async (path: string, init: RequestInit) => {
    calls.push({ path, init });
    if (answer.status === 0) throw new TypeError("Failed to fetch");
    return new Response(answer.body, { status: answer.status });
  };
  const respond = (status: number, body: unknown) => {
    answer = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  };

  beforeEach(() => {
    environment = new FakeEnvironment();
    calls = [];
    api = new HostApi(environment.asEnvironment(), fetcher);
  });

  it.each([
    ["seconds", (ms: number) => ms / 1_000],
    ["milliseconds", (ms: number) => ms],
    ["RFC 3339", (ms: number) => new Date(ms).toISOString()],
  ])("keeps the redeemed token until it expires, which is told in %s", async (_, write) => {
    respond(200, { token: "jwt", expires_at: write(environment.clock.now() + 60_000) });
    await api.redeem("secret");
    expect(calls[0]?.path).toBe("/api/v1/host-links/redeem");
    expect(calls[0]?.init.body).toBe('{"link":"secret"}');
    expect(api.token).toBe("jwt");
    expect(new HostApi(environment.asEnvironment(), fetcher).token).toBe("jwt");
    await environment.clock.advance(60_001);
    expect(api.token).toBeNull();
  });

  it("sends the token along, and none that was forgotten", async () => {
    respond(200, { token: "jwt", expires_at: environment.clock.now() + 60_000 });
    await api.redeem("secret");
    respond(200, { rooms: [{ name: "r", title: "", invite: "i", url: "u", participants: 2 }] });
    expect(await api.rooms()).toHaveLength(1);
    expect(calls.at(-1)?.init.headers).toMatchObject({ Authorization: "Bearer jwt" });
    api.forget();
    await api.rooms();
    expect(calls.at(-1)?.init.headers).not.toHaveProperty("Authorization");
  });

  it("lists, renames and deletes recordings", async () => {
    respond(200, { recordings: [{ id: "r1" }] });
    expect(await api.recordings()).toEqual([{ id: "r1" }]);
    expect(calls.at(-1)).toMatchObject({ path: "/api/v1/recordings" });
    await api.recordings({ room: "weekly", from: 1, to: 2, query: "a & b" });
    expect(calls.at(-1)).toMatchObject({
      path: "/api/v1/recordings?room=weekly&from=1&to=2&query=a%20%26%20b",
    });
    answer = { status: 200, body: "" };
    await api.renameRecording("r1/..", "Talk");
    expect(calls.at(-1)).toMatchObject({
      path: "/api/v1/recordings/r1%2F..",
      init: { method: "PATCH", body: '{"title":"Talk"}' },
    });
    await api.deleteRecording("r1");
    expect(calls.at(-1)).toMatchObject({ path: "/api/v1/recordings/r1", init: { method: "DELETE" } });
    respond(409, { error: { code: "bad_request", message: "It is still being recorded." } });
    await expect(api.deleteRecording("r1")).rejects.toMatchObject({ code: "bad_request" });
  });

  it("reads reports, and their parts as files", async () => {
    respond(200, { room: "r", meeting: "7" });
    expect(await api.report("a/b")).toMatchObject({ meeting: "7" });
    await api.report("r", "7");
    respond(200, "name\r\n");
    expect(await (await api.reportTable("r", "7", "attendance")).text()).toBe("name\r\n");
    expect(calls.map(({ path }) => path)).toEqual([
      "/api/v1/rooms/a%2Fb/report",
      "/api/v1/rooms/r/report?meeting=7",
      "/api/v1/rooms/r/report/attendance.csv?meeting=7",
    ]);
    respond(404, { error: { code: "bad_request", message: "None." } });
    await expect(api.reportTable("r", "7", "chat")).rejects.toMatchObject({ code: "bad_request" });
  });

  it("works for the visit where nothing can be stored", async () => {
    environment.localStorage.setItem = () => {
      throw new DOMException("", "QuotaExceededError");
    };
    respond(200, { token: "jwt", expires_at: environment.clock.now() + 60_000 });
    await api.redeem("secret");
    expect(api.token).toBe("jwt");
  });

  it("writes names into addresses safely", async () => {
    respond(200, { title: "T", role: "panelist", participants: 0 });
    expect(await api.checkRoom("a/b?c", { invite: "i" })).toMatchObject({ role: "panelist" });
    await deleteRoom(api, "a b");
    await renewInvitation(api, "a b", false);
    expect(calls.map(({ path }) => path)).toEqual([
      "/api/v1/rooms/a%2Fb%3Fc/check",
      "/api/v1/rooms/a%20b",
      "/api/v1/rooms/a%20b/invitation",
    ]);
  });

  it.each([
    [403, { error: { code: "link_invalid", message: "Wrong." } }, "link_invalid"],
    [
      429,
      { error: { code: "too_many_requests", message: "Slow.", retry_after_ms: 500 } },
      "too_many_requests",
    ],
    [500, "<html>", "internal"],
    [502, "<html>", "server_unreachable"],
    [0, "", "server_unreachable"],
  ])("turns status %i into an error with a code", async (status, body, code) => {
    respond(status, body);
    await expect(api.createRoom({ title: "x" })).rejects.toMatchObject({ name: "ParleyError", code });
  });
});
