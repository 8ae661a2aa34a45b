import type { Email } from '../database/rows.ts';
import { authorshipOf, type World } from '../world.ts';
import { categoryJson } from './categories.ts';

const DYNAMIC_CONTENT = [
  {
    tokenName: 'Dynamic Content 1',
    content: 'Default Dynamic Content',
    filters: [
      {
        content: null,
        filters: [
          {
            glue: null,
            field: null,
            object: null,
            type: String.raw`Symfony\Component\Form\Extension\Core\Type\TextType`,
            operator: null,
            display: null,
            filter: null,
          },
        ],
      },
    ],
  },
];

/** An e-mail as its endpoints answer it (recordings 413, 418, 432). */
export function emailJson({ traits, db }: World, email: Email): Record<string, unknown> {
  const { name, subject, customHtml, emailType, revision, sentCount, id } = email;
  return {
    ...authorshipOf(email),
    id,
    name,
    subject,
    language: 'en',
    category: categoryOf(email, db),
    fromAddress: email.fromAddress ?? null,
    fromName: email.fromName ?? null,
    replyToAddress: null,
    bccAddress: null,
    useOwnerAsMailer: null,
    utmTags: { utmSource: null, utmMedium: null, utmCampaign: null, utmContent: null },
    preheaderText: null,
    customHtml,
    plainText: null,
    template: email.template ?? null,
    emailType,
    publishUp: null,
    publishDown: null,
    publicPreview: false,
    readCount: 0,
    sentCount,
    revision,
    assetAttachments: [],
    variantStartDate: null,
    variantSentCount: 0,
    variantReadCount: 0,
    variantParent: null,
    variantChildren: [],
    translationParent: null,
    translationChildren: [],
    unsubscribeForm: null,
    dynamicContent: DYNAMIC_CONTENT,
    lists: [],
    headers: [],
    ...(traits.showsProjects ? { projects: [] } : {}),
  };
}

function categoryOf({ category: id }: Email, { categories }: World['db']): Record<string, unknown> | null {
  const category = id === undefined ? undefined : categories.get(id);
  return category === undefined ? null : categoryJson(category);
}
