import { expect, it } from "vitest";
import { invitationFrom } from "../state/invitation-link.ts";

const kHere = "https://here.example/r/swift-otter-42";

it.each([
  ["https://here.example/r/calm-fox-7#k=Zk3_-a", "https://here.example/r/calm-fox-7#k=Zk3_-a"],
  ["Come in: <http://localhost:8080/r/x-1#k=abc>.", "http://localhost:8080/r/x-1#k=abc"],
  ["meet.example/r/calm-fox-7/#k=abc", "https://meet.example/r/calm-fox-7#k=abc"],
  ["https://here.example/r/calm-fox-7?codec=VP9#k=abc", "https://here.example/r/calm-fox-7#k=abc"],
  ["/r/calm-fox-7#k=abc", "https://here.example/r/calm-fox-7#k=abc"],
  [" #k=abc ", "https://here.example/r/swift-otter-42#k=abc"],
  ["k=abc", "https://here.example/r/swift-otter-42#k=abc"],
])("finds the invitation in %j", (text, url) => {
  expect(invitationFrom(text, kHere)).toBe(url);
});

it.each([
  "",
  "hello",
  "https://here.example/r/calm-fox-7",
  "https://here.example/#host=abc",
  "#k=",
  "https://here.example/r/calm-fox-7?talk=5",
])("finds none in %j", (text) => {
  expect(invitationFrom(text, kHere)).toBeNull();
});

it("takes an end without a room only where there is a room", () => {
  expect(invitationFrom("#k=abc", "https://here.example/")).toBeNull();
});
