// Who comes in by themselves: whoever has the link, whoever is let in, or nobody.

import "./lobby.css";
import { useState } from "preact/hooks";
import type { LobbyRules } from "../../../sdk/index.ts";
import { snapshot } from "../../state/meeting.ts";
import {
  links,
  removePasscode,
  renewInvitation,
  setLobby,
  setLocked,
  setRule,
  settings,
} from "./lobby-state.ts";
import { PasscodeDialog } from "./passcode-dialog.tsx";
import { RenewDialog } from "./renew-dialog.tsx";
import { words } from "./words.ts";

interface DoorProps {
  testid: string;
  isOn: boolean;
  label: string;
  onChange: (on: boolean) => void;
}

function Door({ testid, isOn, label, onChange }: DoorProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        data-testid={testid}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

const kRules: readonly (keyof LobbyRules)[] = ["returning", "tokens", "callers"];

export function Doors() {
  const text = words.value;
  const [isAsking, setAsking] = useState(false);
  const [isRenewing, setRenewing] = useState(false);
  if (!settings.value) return null;
  const { on, locked, admits, passcode } = settings.value;
  return (
    <div class="doors">
      <Door testid="lobby-on" isOn={on} label={text.on} onChange={setLobby} />
      <Door testid="lobby-locked" isOn={locked} label={text.locked} onChange={setLocked} />
      <details class="doors-more" data-testid="doors-more">
        <summary>{text.more}</summary>
        {on && (
          <fieldset class="choices">
            <legend>{text.admits}</legend>
            {kRules.map((rule) => (
              <Door
                key={rule}
                testid={`lobby-${rule}`}
                isOn={admits[rule]}
                label={text.rules[rule]}
                onChange={(isOn) => setRule(rule, isOn)}
              />
            ))}
          </fieldset>
        )}
        <div class="door-passcode">
          <Door
            testid="lobby-passcode"
            isOn={passcode || isAsking}
            label={text.passcode}
            onChange={(isOn) => (isOn ? setAsking(true) : removePasscode())}
          />
          {passcode && (
            <button
              type="button"
              class="button"
              data-testid="change-passcode"
              onClick={() => setAsking(true)}
            >
              {text.changePasscode}
            </button>
          )}
        </div>
        <button
          type="button"
          class="button door-renew"
          data-testid="renew-link"
          onClick={() => setRenewing(true)}
        >
          {text.renew}
        </button>
      </details>
      {isAsking && <PasscodeDialog onClose={() => setAsking(false)} />}
      {isRenewing && (
        <RenewDialog
          room={snapshot.value.room?.name ?? ""}
          hasStage={links.value?.stage_invite !== undefined}
          onRenew={renewInvitation}
          onClose={() => setRenewing(false)}
        />
      )}
    </div>
  );
}
