// The queue, and below it what hosts set for all: the doors, the stage, announcements.

import "./desk.css";
import { useState } from "preact/hooks";
import type { WireStage, WireWaiting } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { LongList } from "../../common/long-list.tsx";
import { may, self } from "../../state/meeting.ts";
import { AnnounceDialog } from "../announcement/announce-dialog.tsx";
import { standing, withdraw } from "../announcement/announcement-state.ts";
import { words as announcementWords } from "../announcement/words.ts";
import { DenyDialog } from "../lobby/deny-dialog.tsx";
import { Doors } from "../lobby/doors.tsx";
import { admit, queue as knocks } from "../lobby/lobby-state.ts";
import { words as lobbyWords } from "../lobby/words.ts";
import { isLit, set } from "../stage/spotlight.ts";
import { endSpotlight, light, setLayoutForAll } from "../stage/stage.ts";
import { words as stageWords } from "../stage/words.ts";
import { DeskEntry } from "./desk-entry.tsx";
import { entries, firstHand, nextSpeaker } from "./desk-state.ts";
import { words } from "./words.ts";

/** As .desk-entry in desk.css. */
const kRowPixels = 92;

export function DeskPanel() {
  const text = words.value;
  const [denying, setDenying] = useState<WireWaiting | null>(null);
  return (
    <>
      {entries.value.length === 0 ? (
        <p class="soft desk-empty">{text.empty}</p>
      ) : (
        <LongList
          class="desk"
          label={text.queue}
          items={entries.value}
          rowHeight={kRowPixels}
          row={(entry, index) => (
            <DeskEntry
              key={`${entry.kind}:${entry.id}`}
              entry={entry}
              place={[index + 1, entries.value.length]}
              onDeny={setDenying}
            />
          )}
        />
      )}
      <Next />
      <ForAll />
      {denying && <DenyDialog one={denying} onClose={() => setDenying(null)} />}
    </>
  );
}

function Next() {
  const text = words.value;
  const hand = firstHand.value;
  const count = knocks.value.length;
  if (!hand && count < 2) return null;
  return (
    <div class="panel-footer desk-next">
      {hand && (
        <button
          type="button"
          class="button primary"
          data-testid="next-speaker"
          aria-keyshortcuts="n"
          onClick={() => void nextSpeaker()}
        >
          <Icon name="hand" size={18} />
          <span class="desk-next-name">{text.next(hand.name)}</span>
          <kbd>n</kbd>
        </button>
      )}
      {count > 1 && (
        <button type="button" class="button" data-testid="admit-all" onClick={() => admit()}>
          {lobbyWords.value.admitAll}
        </button>
      )}
    </div>
  );
}

const kLayouts = ["free", "gallery", "speaker"] as const;

function ForAll() {
  const text = stageWords.value;
  const own = self.value;
  const [isAnnouncing, setAnnouncing] = useState(false);
  return (
    <div class="for-all">
      <Doors />
      {may("direct_stage") && (
        <label class="for-all-line">
          <span>{text.layoutForAll}</span>
          <select
            class="input"
            data-testid="layout-for-all"
            value={set.value.layout ?? "free"}
            onChange={({ currentTarget: { value } }) =>
              setLayoutForAll(value === "free" ? null : (value as WireStage["layout"]))
            }
          >
            {kLayouts.map((choice) => (
              <option key={choice} value={choice}>
                {text.layouts[choice]}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="row">
        {may("announce") && (
          <button
            type="button"
            class="button"
            data-testid="announce"
            onClick={() => (standing.value ? withdraw() : setAnnouncing(true))}
          >
            <Icon name="announce" size={18} />
            {standing.value ? announcementWords.value.withdraw : announcementWords.value.open}
          </button>
        )}
        {may("direct_stage") && own && (
          <button
            type="button"
            class="button"
            data-testid="light-self"
            onClick={() => light(own.id, "camera", !isLit(own.id, "camera"))}
          >
            <Icon name="spotlight" size={18} />
            {isLit(own.id, "camera") ? text.unlightSelf : text.lightSelf}
          </button>
        )}
        {set.value.spotlight.length > 0 && (
          <button type="button" class="button" data-testid="end-spotlight" onClick={endSpotlight}>
            <Icon name="spotlight" size={18} />
            {text.end}
          </button>
        )}
      </div>
      {isAnnouncing && <AnnounceDialog onClose={() => setAnnouncing(false)} />}
    </div>
  );
}
