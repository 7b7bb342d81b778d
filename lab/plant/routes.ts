import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { hostChange } from './host-change.ts';
import { PlantError, threw } from './plant-error.ts';
import type { Plant } from './plant.ts';
import { faultOrders, isPlantVerb, REQUESTS } from './requests.ts';

/** What stands on every report of the plant. */
const SIMULATED = { simulated: true, what: 'Fettle simulated plant: no real host stands behind it' } as const;

/** The REST interface of one plant (api.ts), with its administration beside it. */
export function plantRoutes(plant: Plant): Hono {
  const app = new Hono();
  app.get('/', (c) => c.json({ ...SIMULATED, hosts: plant.hosts().length }));
  app.get('/health', (c) => c.json({ ok: true, simulated: true }));
  app.get('/journal', (c) => c.json({ ...SIMULATED, entries: plant.journal() }));
  app.get('/hosts', (c) => c.json({ ...SIMULATED, hosts: plant.hosts() }));
  app.get('/hosts/:name', (c) => c.json({ ...SIMULATED, host: plant.host(c.req.param('name')) }));
  app.patch('/hosts/:name', async (c) => {
    const change = parse(hostChange, await body(c));
    return c.json({ ...SIMULATED, host: plant.change(c.req.param('name'), change) });
  });
  app.post('/hosts/:name/:verb', async (c) => {
    const verb = c.req.param('verb');
    if (!isPlantVerb(verb)) throw threw(`The plant has no verb '${verb}': see its list in lab/plant/api.ts.`);
    const request = parse<Parameters<Plant['call']>[2]>(REQUESTS[verb], await body(c));
    return c.json(await plant.call(c.req.param('name'), verb, request));
  });
  app.get('/faults', (c) => c.json({ ...SIMULATED, faults: plant.faults() }));
  app.post('/faults', async (c) => {
    plant.order(...[parse(faultOrders, await body(c))].flat());
    return c.json({ ...SIMULATED, faults: plant.faults() });
  });
  app.delete('/faults', (c) => {
    plant.clearFaults(c.req.query('host') ?? null);
    return c.json({ ...SIMULATED, faults: plant.faults() });
  });
  app.notFound((c) => badAnswer(c, 404, threw(`The plant has no ${c.req.method} ${c.req.path}.`)));
  app.onError((error, c) => {
    if (error instanceof PlantError) return badAnswer(c, error.status, error);
    if (error instanceof RangeError) return badAnswer(c, 422, threw(error.message));
    return badAnswer(c, 500, threw(`Defect in the simulated plant: ${error.stack ?? error.message}`));
  });
  return app;
}

function badAnswer(
  c: Context,
  status: PlantError['status'] | 404 | 500,
  { message, hresult, id }: PlantError,
): Response {
  return c.json({ error: { message, hresult, id } }, status);
}

async function body(c: Context): Promise<unknown> {
  const text = await c.req.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw threw(`The body is no JSON: ${String(error)}`);
  }
}

/** Lists every problem of a body that does not fit. */
function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw threw(`The body does not fit: ${problems.join('; ')}`, undefined, 'ParameterBindingException');
}
