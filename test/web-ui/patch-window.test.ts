import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { startLab, type Lab } from '../../lab/lab.ts';
import { ownNamespace } from '../own-namespace.ts';
import { simulatedOnly } from '../simulated-only.ts';
import { ledgerTotal } from '../../model/ledger.ts';
import { CONTROL_QUEUE } from '../../model/queues.ts';
import type { RunResult, RunStatus } from '../../model/run.ts';
import { browserPath, openBrowser, openPage, startByForm, steer, whyNoBrowser } from './browser.ts';

/** Enough for every wave of the example to find its hosts. */
const HOSTS = 9;
const RUN = 'patch-window/CHG0012345/from-the-form';
const example = JSON.stringify(JSON.parse(readFileSync('runbooks/patch-window/example.json', 'utf8')), null, 2);

describe.skipIf(browserPath === undefined)(`the Web UI${whyNoBrowser}`, () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let ui: string;

  beforeAll(async () => {
    lab = await startLab({
      hosts: HOSTS,
      scale: 1_000,
      // Keeps the first wave going until somebody has looked at it.
      faults: [{ host: 'app01.corp.example', fault: 'hang', step: 'Get-FettleUpdateProgress' }],
      limits: { callMs: 5_000 },
      announce: false,
      environment: simulatedOnly(),
      temporal: await ownNamespace(),
      bundle: { codePath: inject('workflowBundlePath') },
      log: pino({ level: 'silent' }),
    });
    ui = lab.ui ?? '';
    browser = await openBrowser();
    page = await openPage(browser, ui);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  const run = () => lab.client.workflow.getHandle(RUN);
  const phase = async (): Promise<string> => (await run().query<RunStatus>('status')).phase;
  const show = async (tab: string): Promise<void> => {
    const { runId } = await run().describe();
    await page.goto(`${ui}/namespaces/${lab.namespace}/workflows/${encodeURIComponent(RUN)}/${runId}/${tab}`);
  };

  test(
    'starts a run from the form with the example of the runbook, and steers it to its end; a message without a reason is refused in words',
    { timeout: 240_000 },
    async () => {
      await startByForm(page, lab, { id: RUN, type: 'patchWindow', queue: CONTROL_QUEUE, json: example });
      await vi.waitFor(async () => expect(await phase()).toBe('running'), { timeout: 30_000, interval: 100 });

      await show('timeline');
      await steer(page, 'signal', 'pause', { reason: 'Batch 4711 is still running', by: 'Kim Example' });
      await vi.waitFor(async () => expect(await phase()).toBe('paused'), { timeout: 30_000, interval: 100 });

      await show('user-metadata');
      // The UI sets Markdown inside a frame of its own.
      const markdown = page.locator('iframe').filter({ visible: true }).last().contentFrame();
      await markdown.getByRole('heading', { name: 'paused' }).waitFor();
      const details = await markdown.locator('body').innerText();
      expect(details).toContain('CHG0012345');
      expect(details).toContain('Batch 4711 is still running');
      expect(details).toContain('Simulated');
      expect(details).toContain('{"reason":"Batch 4711 is done","by":"Kim Example"}');

      await show('timeline');
      await steer(page, 'update', 'resume', { by: 'Kim Example' });
      await page.getByText('a change without a reason is refused').first().waitFor();
      expect(await phase()).toBe('paused');

      lab.plant.plant.clearFaults('app01.corp.example');
      await show('timeline');
      await steer(page, 'update', 'resume', { reason: 'Batch 4711 is done', by: 'Kim Example' });
      await vi.waitFor(async () => expect(await phase()).not.toBe('paused'), { timeout: 30_000, interval: 100 });
      const result = (await run().result()) as RunResult;
      expect(ledgerTotal(result.ledger)).toBe(result.targets);
      expect(result.targets).toBe(HOSTS);

      await show('timeline');
      await page.getByText('Patch app01.corp.example, change CHG0012345').first().waitFor();
    },
  );
});
