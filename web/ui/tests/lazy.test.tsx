import { render } from "preact";
import { afterEach, expect, it, vi } from "vitest";
import { lazy } from "../common/lazy.tsx";

const root = document.body.appendChild(document.createElement("div"));
const Greeting = ({ name }: { name: string }) => <p>{`hello ${name}`}</p>;
const drawn = () => new Promise((done) => setTimeout(done, 20));

afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
});

it("fetches a component when it is first drawn, once, and draws nothing until then", async () => {
  const load = vi.fn(async () => Greeting);
  const Lazy = lazy(load);
  expect(load).not.toHaveBeenCalled();
  render(<Lazy name="Ada" />, root);
  render(<Lazy name="Bo" />, root);
  expect(root.textContent).toBe("");
  await drawn();
  expect(root.textContent).toBe("hello Bo");
  render(<Lazy key="again" name="Cy" />, root);
  expect(root.textContent).toBe("hello Cy");
  expect(load).toHaveBeenCalledTimes(1);
});

it("says when it does not come, and is asked for again where it is drawn anew", async () => {
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  const gone = new Error("the server is gone");
  const load = vi.fn(async () => Greeting).mockRejectedValueOnce(gone);
  const Lazy = lazy(load);
  render(<Lazy name="Ada" />, root);
  await drawn();
  expect(report).toHaveBeenCalledWith(gone);
  expect(root.textContent).toBe("");
  render(<Lazy key="again" name="Ada" />, root);
  await drawn();
  expect(root.textContent).toBe("hello Ada");
});
