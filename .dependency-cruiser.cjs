/** Who may import whom. Each rule says why; the picture is in .github/CONTRIBUTING.md, "A map of the code". */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment:
        'Two files that need each other are one file, or lack a third. Types may not be circular either.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file nobody imports is dead. Doors, tests and declarations are imported by tools.',
      from: {
        orphan: true,
        pathNot: '^(bin|functions|test)/|\\.d\\.ts$|\\.config\\.ts$|form-data-stub',
      },
      to: {},
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'The core takes values and returns values: everything it does can be tested without a clock, a network or a disk. Hashing and punycode are pure.',
      from: { path: '^lib/core/' },
      to: { pathNot: '^(lib/core/|node_modules/(valibot|fastest-levenshtein)/)|^(node:)?(crypto|url)$' },
    },
    {
      name: 'ledger-sees-nobody',
      severity: 'error',
      comment: 'What is kept outlives every rule about it: the lowest floor depends on no other.',
      from: { path: '^lib/core/ledger/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/ledger/' },
    },
    {
      name: 'snapshots-know-no-fold',
      severity: 'error',
      comment: 'What a store says is the same whatever is known already, and what is made of it.',
      from: { path: '^lib/core/ledger/', pathNot: '^lib/core/ledger/fold/' },
      to: { path: '^lib/core/ledger/fold/' },
    },
    {
      name: 'telemetry-names-people-by-keys',
      severity: 'error',
      comment:
        'What is logged and counted can hold nothing of an order or a person: it does not know their data.',
      from: { path: '^lib/core/ledger/telemetry/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/ledger/(telemetry/|email\\.ts$)' },
    },
    {
      name: 'policy-and-pace-see-the-ledger-only',
      severity: 'error',
      comment:
        'What the user decides, and how fast Mautic may be called, is decided without knowing any contact.',
      from: { path: '^lib/core/(policy|pace)/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/(ledger/|$1/)' },
    },
    {
      name: 'contact-never-sees-effects',
      severity: 'error',
      comment:
        'What Mautic should hold of a contact can be written again and again; what happens once is decided a floor above, and what is true must not depend on what was done.',
      from: { path: '^lib/core/contact/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/(contact|policy|ledger)/' },
    },
    {
      name: 'texts-know-no-contact',
      severity: 'error',
      comment: 'How a text has to look for Mautic does not depend on whose it is or what it says.',
      from: { path: '^lib/core/contact/text/' },
      to: { path: '^lib/core/contact/', pathNot: '^lib/core/contact/text/' },
    },
    {
      name: 'facts-come-before-wishes',
      severity: 'error',
      comment:
        'What the ledger says of somebody is read before anything is decided of it; of the rest of the floor facts know what a contact and a write are.',
      from: { path: '^lib/core/contact/facts/' },
      to: {
        path: '^lib/core/contact/',
        pathNot: '^lib/core/contact/((facts|text)/|(contact|contact-write)\\.ts$)',
      },
    },
    {
      name: 'carts-and-items-never-see-each-other',
      severity: 'error',
      comment: 'Each is switched on by itself, and costs nothing where it is not.',
      from: { path: '^lib/core/contact/(carts|items)/' },
      to: { path: '^lib/core/contact/(carts|items)/', pathNot: '^lib/core/contact/$1/' },
    },
    {
      name: 'policy-does-not-see-its-configuration',
      severity: 'error',
      comment: 'What is done for a contact does not depend on where the bridge runs and what it is fed by.',
      from: { path: '^lib/core/policy/', pathNot: '^lib/core/policy/configuration/' },
      to: { path: '^lib/core/policy/configuration/' },
    },
    {
      name: 'effects-see-what-is-below',
      severity: 'error',
      comment: 'Effects follow from (contact, policy, now); they know no store and no port.',
      from: { path: '^lib/core/effects/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/(effects|contact|policy|ledger)/' },
    },
    {
      name: 'stores-know-no-contact',
      severity: 'error',
      comment: 'What a store is to the bridge does not depend on what is made of it.',
      from: { path: '^lib/core/stores/' },
      to: { path: '^lib/core/', pathNot: '^lib/core/(stores|policy|ledger)/' },
    },
    {
      name: 'nobody-in-the-core-sees-the-ports',
      severity: 'error',
      comment: 'The core takes and returns values; ports are how pipelines await, on the top floor.',
      from: { path: '^lib/core/', pathNot: '^lib/core/ports/' },
      to: { path: '^lib/core/ports/' },
    },
    {
      name: 'pipeline-knows-ports-only',
      severity: 'error',
      comment:
        'A pipeline awaits only through the ports of core/ports/, so that the simulation can drive the real code.',
      from: { path: '^lib/pipeline/' },
      to: { pathNot: '^lib/(core|pipeline)/|^(node:)?crypto$' },
    },
    {
      name: 'registers-know-no-pipeline',
      severity: 'error',
      comment:
        'What all functions share stands in a register; many pipelines read it, and it needs none of them.',
      from: { path: '^lib/pipeline/registers/' },
      to: { path: '^lib/pipeline/', pathNot: '^lib/pipeline/registers/' },
    },
    {
      name: 'people-need-the-ledger-only',
      severity: 'error',
      comment:
        'What a person may ask of the bridge is answered and noted by itself: it works whatever else stands still.',
      from: { path: '^lib/pipeline/people/' },
      to: { path: '^lib/pipeline/', pathNot: '^lib/pipeline/people/' },
    },
    {
      name: 'wants-give-no-reason',
      severity: 'error',
      comment: 'How a contact comes to be looked at again is the same whoever wants it, and why.',
      from: { path: '^lib/pipeline/wants/' },
      to: { path: '^lib/pipeline/', pathNot: '^lib/pipeline/(wants/|in-parallel\\.ts$)' },
    },
    {
      name: 'the-policy-of-all-writes-nobody',
      severity: 'error',
      comment: 'A new policy has everybody looked at again; what it means for somebody is found out by sync.',
      from: { path: '^lib/pipeline/policy/' },
      to: { path: '^lib/pipeline/', pathNot: '^lib/pipeline/(policy|registers|wants)/' },
    },
    {
      name: 'the-pace-of-sync-knows-no-contact',
      severity: 'error',
      comment: 'How fast Mautic may be called is decided without looking at what is written or done there.',
      from: { path: '^lib/pipeline/sync/pace/' },
      to: { path: '^lib/pipeline/sync/(draft|write|effects|items)/' },
    },
    {
      name: 'sync-drafts-before-it-acts',
      severity: 'error',
      comment:
        'What a contact needs is found out before anything is written, and what happens once comes last.',
      from: { path: '^lib/pipeline/sync/(draft|effects)/' },
      to: { path: '^lib/pipeline/sync/(write|draft|effects)/', pathNot: '^lib/pipeline/sync/$1/' },
    },
    {
      name: 'pages-know-no-round',
      severity: 'error',
      comment: 'How a page of a store is read and taken in is the same whoever asked for it, and why.',
      from: { path: '^lib/pipeline/reconcile/pages/' },
      to: { path: '^lib/pipeline/reconcile/(orders|webhooks)/' },
    },
    {
      name: 'webhooks-are-pure',
      severity: 'error',
      comment: 'What a store sends follows from the delivery alone.',
      from: { path: '^lib/stores/([^/]+/webhooks/|(webhooks|senders|catalog)\\.ts$)' },
      to: {
        pathNot:
          '^lib/core/|^lib/stores/([^/]+/webhooks/|(webhooks|senders|catalog)\\.ts$)|^node_modules/valibot/|^(node:)?crypto$',
      },
    },
    {
      name: 'bodies-know-no-delivery',
      severity: 'error',
      comment:
        'An order says the same whichever topic it came under, and whoever signed it; REST shows it too.',
      from: { path: '^lib/stores/[^/]+/webhooks/bodies/' },
      to: { path: '^lib/stores/[^/]+/webhooks/[^/]+\\.ts$' },
    },
    {
      name: 'ingest-understands-no-body',
      severity: 'error',
      comment:
        'Every start of ingest loads all it imports, for every kind of store: it knows who sends, and record knows what.',
      from: { path: '^functions/ingest\\.ts$|^lib/stores/senders\\.ts$' },
      to: { path: '^lib/stores/', pathNot: '^lib/stores/(senders\\.ts$|[^/]+/webhooks/sender\\.ts$)' },
    },
    {
      name: 'mautic-speaks-http-only',
      severity: 'error',
      comment:
        'The Mautic adapter knows HTTP and the core; where secrets and claims lie is not its business.',
      from: { path: '^lib/mautic/' },
      to: { pathNot: '^lib/(core|mautic)/|^lib/http\\.ts$|^node_modules/valibot/|^(node:)?crypto$' },
    },
    {
      name: 'mautic-floors',
      severity: 'error',
      comment:
        'Getting in, what must exist, contacts, and what happens once for a contact are floors of their own: a lower one never sees a higher one.',
      from: { path: '^lib/mautic/(auth|schema|contacts)/' },
      to: { path: '^lib/mautic/(auth|schema|contacts|custom-objects|effects)/', pathNot: '^lib/mautic/$1/' },
    },
    {
      name: 'items-see-contacts-only',
      severity: 'error',
      comment: 'Custom items travel in the payload of contacts, and need nothing else of Mautic.',
      from: { path: '^lib/mautic/custom-objects/' },
      to: { path: '^lib/mautic/(auth|schema|effects)/' },
    },
    {
      name: 'stores-speak-http-only',
      severity: 'error',
      comment:
        "A store's API adapter knows HTTP and the core; what is done with what it reads is not its business.",
      from: { path: '^lib/stores/' },
      to: { pathNot: '^lib/(core|stores)/|^lib/http\\.ts$|^node_modules/valibot/|^(node:)?crypto$' },
    },
    {
      name: 'vendors-never-see-each-other',
      severity: 'error',
      comment:
        'A vendor is a folder that can be added or removed alone; what two share belongs into core. Only the registries know them all.',
      from: { path: '^lib/stores/([^/]+)/' },
      to: { path: '^lib/stores/([^/]+)/', pathNot: '^lib/stores/$1/' },
    },
    {
      name: 'vendors-do-not-see-the-registries',
      severity: 'error',
      comment: 'A registry lists the vendors; a vendor that looked into it could not be removed alone.',
      from: { path: '^lib/stores/[^/]+/' },
      to: { path: '^lib/stores/(webhooks|senders|rest)\\.ts$' },
    },
    {
      name: 'rest-is-no-webhook',
      severity: 'error',
      comment: 'What a store is asked, and what it sends, meet in the pipeline; neither needs the other.',
      from: { path: '^lib/stores/[^/]+/rest/' },
      to: { path: '^lib/stores/[^/]+/webhooks/' },
    },
    {
      name: 'aws-serves-ports',
      severity: 'error',
      comment: 'AWS adapters implement ports; they know no pipeline, source, store or Mautic.',
      from: { path: '^lib/aws/' },
      to: { path: '^lib/(pipeline|stores|mautic|local|simulators|stack)/|^(bin|functions)/' },
    },
    {
      name: 'aws-opens-doors-for-functions',
      severity: 'error',
      comment: 'How AWS calls a function is known to what it calls; nobody else is called by AWS.',
      from: { path: '^(lib|bin)/', pathNot: '^lib/aws/doors/' },
      to: { path: '^lib/aws/doors/' },
    },
    {
      name: 'no-function-asks-of-the-account',
      severity: 'error',
      comment:
        'What somebody may ask of the account with the rights of their shell, no function has a right to.',
      from: { path: '^(functions|lib/(wiring|aws))/', pathNot: '^lib/aws/account/' },
      to: { path: '^lib/aws/account/' },
    },
    {
      name: 'the-table-knows-no-item',
      severity: 'error',
      comment: 'How the one table is asked, and where things lie in it, is below what an item says.',
      from: { path: '^lib/aws/ledger/table/' },
      to: { path: '^lib/aws/ledger/', pathNot: '^lib/aws/ledger/table/' },
    },
    {
      name: 'things-and-contacts-are-kept-apart',
      severity: 'error',
      comment:
        'A thing is folded by record, a contact is brought into step by sync: items of their own, and either is read without the other.',
      from: { path: '^lib/aws/ledger/(things|contacts)/' },
      to: { path: '^lib/aws/ledger/', pathNot: '^lib/aws/ledger/($1|table)/' },
    },
    {
      name: 'only-functions-see-the-wiring',
      severity: 'error',
      comment:
        'What a function is made of on AWS: it knows adapters and pipelines, as functions/ does, and nobody else needs it.',
      from: { path: '^(lib|bin)/', pathNot: '^lib/wiring/' },
      to: { path: '^lib/wiring/' },
    },
    {
      name: 'wiring-holds-no-logic',
      severity: 'error',
      comment:
        'It puts together what there is, for AWS: laptops, commands and the stack have doors of their own.',
      from: { path: '^lib/wiring/' },
      to: {
        pathNot:
          '^lib/(wiring|aws|core|mautic|pipeline)/|^lib/stores/(webhooks|rest)\\.ts$|^lib/stores/follow-up-emails/rest/index\\.ts$|^lib/environment\\.ts$|^(node:)?crypto$',
      },
    },
    {
      name: 'commands-wire',
      severity: 'error',
      comment:
        'Commands wire adapters to pipelines for people, as functions/ does for AWS; what runs on a laptop only is started by bin. What asks and shows is bought: arguments, prompts, tables, progress.',
      from: { path: '^lib/cli/' },
      to: {
        pathNot:
          '^lib/(cli|core|pipeline|mautic|aws)/|^lib/stores/(webhooks|rest|catalog)\\.ts$|^lib/stores/follow-up-emails/rest/index\\.ts$|^lib/(environment|local-environment|http)\\.ts$|^bridge\\.config\\.ts$|^node_modules/(@types/)?(commander|@clack/prompts|cli-table3|cli-progress)/|^node_modules/(valibot|fastest-levenshtein)/|^(node:)?(crypto|util|url|module|fs|fs/promises|http|path|events|timers/promises|stream|stream/consumers|net)$',
      },
    },
    {
      name: 'people-are-asked-in-commands-only',
      severity: 'error',
      comment: 'What talks to a person must not end up in a bundle.',
      from: { path: '^(lib|functions|bin)/', pathNot: '^lib/cli/' },
      to: { path: '^node_modules/(commander|@clack|cli-table3|cli-progress)/' },
    },
    {
      name: 'only-bin-sees-the-commands',
      severity: 'error',
      comment: 'What talks to a person belongs at the door that people open.',
      from: { path: '^(lib|functions)/', pathNot: '^lib/cli/' },
      to: { path: '^lib/cli/' },
    },
    {
      name: 'aws-sdk-in-adapters-only',
      severity: 'error',
      comment: 'Only adapters, and the local emulators that stand in for AWS, speak its protocols.',
      from: { path: '^(lib|functions|bin)/', pathNot: '^lib/(aws|local)/' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'axios-in-http-only',
      severity: 'error',
      comment: 'One place for timeouts, size limits and redirects: lib/http.ts.',
      from: { pathNot: '^(lib/http\\.ts$|test/)' },
      to: { path: '^node_modules/axios/' },
    },
    {
      name: 'stack-sees-the-seam-only',
      severity: 'error',
      comment:
        'The stack describes; what it shares with the functions is environment.ts, the catalogue and the configuration.',
      from: { path: '^lib/stack/' },
      to: {
        path: '^(lib|functions|bin|bridge\\.config)',
        pathNot:
          '^lib/stack/|^lib/environment\\.ts$|^lib/core/ledger/(command|format)\\.ts$|^lib/core/policy/|^lib/stores/catalog\\.ts$|^bridge\\.config\\.ts$',
      },
    },
    {
      name: 'queues-and-secrets-know-no-reader',
      severity: 'error',
      comment:
        'What keeps deliveries, contacts and keys outlives the functions that come for them: of those it knows how long they take.',
      from: { path: '^lib/stack/(queues|secrets)/' },
      to: {
        path: '^lib/stack/',
        pathNot: '^lib/stack/($1/|functions/(bridge-function|sizing)\\.ts$)',
      },
    },
    {
      name: 'nobody-in-the-stack-needs-what-watches',
      severity: 'error',
      comment: 'Alarms and the dashboard look at everything; what they look at works without them.',
      from: { path: '^lib/stack/(functions|queues|secrets)/' },
      to: { path: '^lib/stack/(alarms|dashboard)[/.]' },
    },
    {
      name: 'nobody-sees-the-stack',
      severity: 'error',
      comment: 'CDK must never end up in a bundle.',
      from: { path: '^(lib|functions|bin)/', pathNot: '^lib/stack/|^bin/app\\.ts$' },
      to: { path: '^lib/stack/|^node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'local-never-ships',
      severity: 'error',
      comment: 'Emulators and simulators are for laptops and tests; a bundle must not carry them.',
      from: { path: '^(lib|functions)/', pathNot: '^lib/local/' },
      to: { path: '^lib/local/' },
    },
    {
      name: 'simulators-are-a-wing-of-their-own',
      severity: 'error',
      comment:
        'A simulator stands in for a system that people run: only bin, local and tests may start one, and a bundle must not carry it.',
      from: { path: '^(lib|functions)/', pathNot: '^lib/(local|simulators)/' },
      to: { path: '^lib/simulators/' },
    },
    {
      name: 'simulators-know-their-vendor-only',
      severity: 'error',
      comment:
        'A simulator is held to recordings of one vendor, not to the bridge: what both shared could be wrong in both. Of the house it speaks the values of the core.',
      from: { path: '^lib/simulators/([^/]+)/' },
      to: {
        path: '^(lib|functions|bin)/',
        pathNot: '^lib/(simulators/$1|core)/|^lib/(environment|local-environment|html)\\.ts$',
      },
    },
    {
      name: 'only-orders-take-from-others',
      severity: 'error',
      comment:
        'In a shop an order has a customer, takes coupons and moves stock; those, and carts, are there without it.',
      from: { path: '^lib/simulators/woocommerce/records/(customers|products|carts)/' },
      to: {
        path: '^lib/simulators/woocommerce/records/[^/]+/',
        pathNot: '^lib/simulators/woocommerce/records/$1/',
      },
    },
    {
      name: 'nobody-imports-a-door',
      severity: 'error',
      comment:
        'Doors wire and hold no logic; only the local gateway starts them, as AWS would, and bridge.ts its other half, which it loads when the cache is open.',
      from: { path: '^(lib|functions|bin)/', pathNot: '^(lib/local/bridge/functions|bin/bridge)\\.ts$' },
      to: { path: '^(functions|bin)/' },
    },
    {
      name: 'no-test-in-the-house',
      severity: 'error',
      comment: 'What runs must not depend on what checks it.',
      from: { path: '^(lib|functions|bin)/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The page runs in a browser; a compiler and a bundler of its own look after its imports.
    exclude: { path: 'cdk\\.out|test/fixtures|lib/local/site/page/' },
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
