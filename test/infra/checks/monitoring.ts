import { at, type Check, ofType, textAt } from './recorded.ts';

const OWN_METRIC = /logging\.googleapis\.com\/user\/([a-z_]+)/g;

/** Every metric that an alert or a dashboard names is declared, and every alert has a panel. */
export const panels: Check = (recording) => {
  const declared = new Set(ofType(recording, 'Metric').map(({ inputs }) => textAt(inputs, 'name')));
  const users = [...ofType(recording, 'AlertPolicy'), ...ofType(recording, 'Dashboard')];
  const unknown = users.flatMap(({ name, inputs }) =>
    [...JSON.stringify(inputs).matchAll(OWN_METRIC)]
      .filter(([, metric = '']) => !declared.has(metric))
      .map(([, metric]) => `${name} shows ${metric}, which is not declared`),
  );
  const shown = ofType(recording, 'Dashboard')
    .map(({ inputs }) => textAt(inputs, 'dashboardJson'))
    .join();
  const unseen = ofType(recording, 'AlertPolicy')
    .map(({ inputs }) => textAt(inputs, 'displayName'))
    .filter((title) => !shown.includes(`"${title.split(' ')[0]} `));
  return [...unknown, ...unseen.map((title) => `${title} has no panel`)];
};

/** Every alert links a heading of the runbooks and tells somebody. */
export function runbooks(page: string): Check {
  const anchors = new Set(
    [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  return (recording) =>
    ofType(recording, 'AlertPolicy').flatMap(({ name, inputs }) => {
      const url = textAt(inputs, 'documentation.links.0.url');
      const [file, anchor = ''] = url.split('#');
      const linked =
        file?.endsWith('/docs/operations/runbooks.md') &&
        anchors.has(anchor) &&
        textAt(inputs, 'documentation.content').includes(url);
      const told = (at(inputs, 'notificationChannels') as readonly unknown[] | undefined)?.length ?? 0;
      return [
        ...(linked ? [] : [`${name} links no runbook: ${url || 'nothing'}`]),
        ...(told > 0 ? [] : [`${name} tells nobody`]),
      ];
    });
}

/** Events that `functions/edge/serve-request.ts` names after an outcome instead of writing them out. */
const NAMED_AFTER_OUTCOME = ['not_ready', 'bad_request', 'unauthenticated', 'forbidden'];

/** Every event that a metric counts or an alert waits for is one that the code writes. */
export function loggedEvents(code: string): Check {
  const written = new Set([
    ...[...code.matchAll(/logger\.\w+\('([a-z_.]+)'/g)].map(([, event = '']) => event),
    ...NAMED_AFTER_OUTCOME.filter((outcome) => code.includes(`case '${outcome}':`)).map((outcome) => `request.${outcome}`),
  ]);
  return (recording) =>
    [...ofType(recording, 'Metric'), ...ofType(recording, 'AlertPolicy')].flatMap(({ name, inputs }) =>
      [
        ...(textAt(inputs, 'filter') || textAt(inputs, 'conditions.0.conditionMatchedLog.filter')).matchAll(
          /"([a-z]+\.[a-z_]+)"/g,
        ),
      ]
        .map(([, event = '']) => event)
        .filter((event) => !written.has(event))
        .map((event) => `${name} waits for ${event}, which no code writes`),
    );
}
