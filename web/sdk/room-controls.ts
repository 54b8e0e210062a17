import type { LocalMedia } from "./local-media.ts";
import type { RoomMessages } from "./room-channel.ts";
import type { SourceKind } from "./types.ts";

// What somebody does in a room that is one word to the server, or to the own devices.
export abstract class RoomControls {
  abstract readonly media: LocalMedia;
  abstract readonly channel: RoomMessages;

  setMicrophone(on: boolean): Promise<void> {
    return this.media.setOn("microphone", on);
  }

  setCamera(on: boolean): Promise<void> {
    return this.media.setOn("camera", on);
  }

  startScreenShare(): Promise<void> {
    return this.media.startScreen();
  }

  async stopScreenShare(): Promise<void> {
    this.media.stopScreen();
  }

  async sendChat(text: string, to: string | null = null): Promise<void> {
    await this.channel.request("chat", { text, ...(to !== null && { to }) });
  }

  async renameCaller(participant: string, name: string): Promise<void> {
    await this.channel.request("rename", { name, participant });
  }

  async raiseHand(up: boolean): Promise<void> {
    await this.channel.request("hand", { up });
  }

  async lowerHand(participant: string): Promise<void> {
    await this.channel.request("hand", { up: false, participant });
  }

  async muteParticipant(participant: string, source: SourceKind): Promise<void> {
    await this.channel.request("mute", { participant, source });
  }

  async removeParticipant(participant: string): Promise<void> {
    await this.channel.request("remove", { participant });
  }
}
