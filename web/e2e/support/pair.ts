// Ada and Ben in a room of a server of their own: for what takes two and nothing else.

import { Person } from "./person.ts";
import { Server } from "./server.ts";

export interface Pair {
  readonly ada: Person;
  readonly ben: Person;
  close(): Promise<void>;
}

export async function meetAsPair(title: string): Promise<Pair> {
  const server = await Server.start({ workers: 1 });
  const room = await server.makeRoom(title);
  const ada = await Person.open({ name: "Ada", person: 0 });
  const ben = await Person.open({ name: "Ben", person: 1 });
  await Promise.all([ada.join(room), ben.join(room)]);
  return {
    ada,
    ben,
    close: async () => {
      await Promise.all([ada.close(), ben.close()]);
      await server.stop();
    },
  };
}
