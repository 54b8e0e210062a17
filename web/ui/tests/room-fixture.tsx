// A room on the page with a meeting behind it that does what a test says.

import { render } from "preact";
import { act } from "preact/test-utils";
import { vi } from "vitest";
import type { Participant, Role, ServerEvent } from "../../sdk/index.ts";
import { FakeMeeting, fakePerson } from "../dev/fake-meeting.ts";
import { RoomPage } from "../room/room-page.tsx";
import { connectMeeting } from "../state/meeting.ts";
import { toasts } from "../state/toasts.ts";
import { openMenu } from "./open-menu.ts";

export class RoomFixture {
  readonly meeting = new FakeMeeting();
  readonly root = document.body.appendChild(document.createElement("div"));

  constructor() {
    class NoObserver {
      observe() {}
      disconnect() {}
    }
    vi.stubGlobal("ResizeObserver", NoObserver);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1200);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(700);
    toasts.value = [];
    connectMeeting(this.meeting);
  }

  /** Oneself in that role, and others. */
  enter(role: Role, others: readonly Participant[] = [fakePerson(1, { name: "Bo" })]): void {
    this.become(role, others);
    act(() => render(<RoomPage />, this.root));
  }

  become(role: Role, others: readonly Participant[], change: Partial<Participant> = {}): void {
    const self = fakePerson(0, { role, ...change });
    act(() => this.meeting.set({ state: { name: "joined" }, self, participants: [self, ...others] }));
  }

  leave(): void {
    act(() => render(null, this.root));
  }

  close(): void {
    this.leave();
    this.root.remove();
    vi.unstubAllGlobals();
  }

  tell(event: ServerEvent): void {
    act(() => this.meeting.channel.tell(event));
  }

  find(testid: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
  }

  all(testid: string): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
  }

  open(testid: string): void {
    openMenu(this.find(testid));
  }

  /** And until what it asks for is answered. */
  click(testid: string): Promise<void> {
    return act(async () => {
      this.find(testid)?.click();
      await new Promise((done) => setTimeout(done));
    });
  }

  write(testid: string, text: string): void {
    act(() => {
      const field = this.find(testid) as HTMLInputElement | HTMLTextAreaElement;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  choose(testid: string, value: string): Promise<void> {
    return act(async () => {
      const field = this.find(testid) as HTMLSelectElement;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      await new Promise((done) => setTimeout(done));
    });
  }

  get told(): string[] {
    return toasts.value.map(({ text }) => text);
  }
}
