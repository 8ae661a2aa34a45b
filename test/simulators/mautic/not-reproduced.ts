/** Recordings the simulator does not answer alike, and why; a test fails when one of them does match. */
type NotReproduced = readonly { readonly reason: string; readonly names: readonly string[] }[];

/** Of 5.2.0. */
export const NOT_REPRODUCED: NotReproduced = [
  {
    reason: 'Sending one e-mail to a whole segment: nothing here does it.',
    names: ['436-email-send-to-segment-template'],
  },
  {
    reason: 'Contact activity: endpoint not used by seed 000 or the design.',
    names: [
      '445-activity',
      '446-activity-filter',
      '447-activity-404',
      '448-activity-all',
      '595-activity-shape',
      '609-verify-activity-all-no-dnc',
      '611-verify-activity-all-dnc3',
      '612-verify-activity-one-dnc3',
      '614-verify-activity-one-dnc99',
      '615-verify-activity-all-dnc99',
    ],
  },
  {
    reason:
      'Companies: endpoints not used by seed 000 or the design; recording 465 shows a company set through them.',
    names: [
      '450-company-new',
      '451-company-new-same-name',
      '452-company-new-same-name-diff-case',
      '453-company-new-same-name-diff-city',
      '454-company-new-no-name',
      '455-company-new-bad-country',
      '456-company-new-bad-email',
      '457-company-search',
      '458-company-where',
      '459-company-search-miss',
      '460-company-add-contact',
      '461-company-add-contact-again',
      '462-company-add-unknown-contact',
      '463-company-add-unknown-company',
      '464-contact-companies',
      '465-contact-get-after-company',
      '466-company-remove-contact',
      '467-company-edit-404',
      '468-company-patch',
      '469-company-batch-new',
      '471-company-get-404',
      '472-fields-company',
    ],
  },
  {
    reason:
      'Devices, lists for menus, statistics, forms, stages, UTM tags: endpoints not used by seed 000 or the design.',
    names: [
      '473-contact-devices',
      '474-contacts-list-fields',
      '475-contacts-list-segments',
      '476-contacts-list-owners',
      '478-stats-list',
      '480-forms-list',
      '484-stages-list',
      '485-utm-add',
    ],
  },
  {
    reason: 'Outgoing webhooks: later; 490 and 491 are requests Mautic made.',
    names: [
      '481-hooks-list',
      '482-hooks-triggers',
      '483-hook-new',
      '490-webhook-delivery-0',
      '491-webhook-delivery-1',
      '492-hook-delete',
    ],
  },
  {
    reason: "Of twelve custom items of one second, which ten come back is MySQL's choice.",
    names: ['545-co-12-items'],
  },
  {
    reason:
      "Which of 1,976 equal rows comes first is MySQL's choice; the rate limit is held by faults.test.ts.",
    names: ['560-rate-limit-ok-0', '561-rate-limit-ok-1', '567-basic-disabled-bearer-ok'],
  },
  {
    reason:
      'Roles and users made by API: endpoints not used; the simulator is told its users, who therefore have no creator (573).',
    names: ['571-role-new-limited', '572-user-new-limited', '573-perm-self'],
  },
  {
    reason:
      'The public page of a sent e-mail: not part of the API; what is sent is held by versions.test.ts.',
    names: ['594-email-webview-rendered'],
  },
  {
    reason:
      "A race of four writers for one tag, lost by chance: the database's deadlock is a fault rule (commit-then-500) here.",
    names: ['607-race-same-tag-batch-edit-500'],
  },
];

const LAST_LOGIN =
  'A person signed in to change the configuration in between, and has a last login from then on: the simulator is told its users.';

/** Of 5.2.1. */
export const NOT_REPRODUCED_5_2_1: NotReproduced = [{ reason: LAST_LOGIN, names: ['290-basic-on-again'] }];

/** Of 7.0.0. */
export const NOT_REPRODUCED_7_0_0: NotReproduced = [
  {
    reason: 'The API Platform of 7 and its own authorisation: nothing here speaks it.',
    names: ['293-co-v2-custom-objects'],
  },
  { reason: LAST_LOGIN, names: ['287-basic-on-again'] },
];
