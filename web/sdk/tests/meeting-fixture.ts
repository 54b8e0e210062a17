import { Meeting, type MeetingOptions } from "../meeting.ts";
import type { JoinResult } from "../protocol.ts";
import { settle } from "./fake-clock.ts";
import { FakeEnvironment } from "./fake-environment.ts";
import { answerTheRest, joinResult } from "./fake-room.ts";

export const kInvitation = { room: "swift-otter-42", invite: "secret", name: "Ada" };

export function makeMeeting(options: MeetingOptions = {}, environment = new FakeEnvironment()) {
  const meeting = new Meeting({ environment: environment.asEnvironment(), ...options });
  return { environment, meeting };
}

/** A meeting that has joined, over a transport that is connected. */
export async function joinedMeeting(result: JoinResult = joinResult(), environment = new FakeEnvironment()) {
  const { meeting } = makeMeeting({}, environment);
  const joining = meeting.join(kInvitation);
  await settle();
  answerTheRest(environment.socket);
  environment.socket.open();
  await settle();
  environment.socket.answer(environment.socket.last("join"), result);
  await joining;
  environment.peer.become("connected");
  await settle();
  return { environment, meeting };
}

/** The next socket opens, and its resume is answered. */
export async function resumeOn(environment: FakeEnvironment, result: JoinResult): Promise<void> {
  answerTheRest(environment.socket);
  environment.socket.open();
  await settle();
  environment.socket.answer(environment.socket.last("resume"), result);
  await settle();
}
