import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Lab } from '../../lab/lab.ts';
import { BROWSERS } from '../../scripts/setup/debian-packages.mjs';

/** The one that is there; nothing is downloaded. */
export const browserPath = BROWSERS.find((path) => existsSync(path));
export const whyNoBrowser = browserPath === undefined ? ` (skipped: no Chromium at ${BROWSERS.join(', ')})` : '';

export async function openBrowser(): Promise<Browser> {
  if (browserPath === undefined)
    throw new Error(`No Chromium at ${BROWSERS.join(', ')}: install Debian's package chromium.`);
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return await chromium.launch({ executablePath: browserPath, args });
}

/** A page of the Web UI; it may call its own server and nothing else (the UI asks for a news feed). */
export async function openPage(browser: Browser, ui: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1400 } });
  await context.route('**/*', (route) => (route.request().url().startsWith(ui) ? route.continue() : route.abort()));
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return page;
}

/** Starts a workflow by the start form, typing what an operator pastes. */
export async function startByForm(
  page: Page,
  { ui, namespace }: Pick<Lab, 'ui' | 'namespace'>,
  workflow: { id: string; type: string; queue: string; json: string },
): Promise<void> {
  const query = new URLSearchParams({
    workflowId: workflow.id,
    taskQueue: workflow.queue,
    workflowType: workflow.type,
  });
  await page.goto(`${ui}/namespaces/${namespace}/workflows/start-workflow?${query.toString()}`);
  const input = page.locator('.cm-content').first();
  await input.click();
  await input.fill(workflow.json);
  // Leaving the field re-indents the JSON and moves the button: do that before the click.
  await page.locator('#workflowId').focus();
  await page.locator('button[data-testid="start-workflow-button"]').filter({ visible: true }).last().click();
}

/** Sends a signal or an update by the "More Actions" menu of a run's page. */
export async function steer(page: Page, kind: 'signal' | 'update', name: string, payload: unknown): Promise<void> {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.locator(`[role=menuitem][data-testid="${kind}-button"]`).filter({ visible: true }).first().click();
  const dialog = page.locator('dialog[open]').filter({ visible: true });
  // A worker that answers tells the UI which messages the run takes, each with its description; the dialog lists them.
  await dialog.locator(`#${kind}-select`).locator('..').click();
  await dialog
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .first()
    .click();
  const input = dialog.locator('.cm-content');
  await input.click();
  await input.fill(JSON.stringify(payload, null, 2));
  await input.blur();
  await dialog.locator('[data-testid="confirm-modal-button"]').click();
}
