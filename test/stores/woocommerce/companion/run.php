<?php
/** Drives the companion through the hooks that a shop fires and looks at what its webhook would send. */
declare(strict_types=1);

require __DIR__ . '/wordpress.php';
require __DIR__ . '/../../../../lib/stores/woocommerce/companion/mcb-companion.php';

$failed = 0;
$titles = 0;

/** One behaviour, in a shop where nothing has happened yet. */
function it(string $title, callable $test): void {
    global $failed, $titles;
    [World::$sessions, World::$sessionKey, World::$user, World::$isManager] = [[], 'guest-1', 0, false];
    [World::$userMeta, World::$announced, World::$headers, World::$hasWebhook] = [[], [], 0, true];
    unset(World::$hooks['shutdown'], World::$options['mcb_table']);
    [$_GET, $_POST, World::$rawBody] = [[], [], ''];
    World::$woocommerce = new WooCommerce();
    $GLOBALS['wpdb'] = new Database();
    $titles += 1;
    try {
        $test();
    } catch (Throwable $error) {
        $failed += 1;
        fwrite(STDERR, "FAILED: it $title\n  {$error->getMessage()} (line {$error->getLine()})\n");
    }
}

function same($expected, $found): void {
    if ($expected !== $found) throw new Exception('expected ' . json_encode($expected) . ', found ' . json_encode($found));
}

/** The end of a request; what is in memory only is gone then. */
function endOfRequest(): void {
    do_action('shutdown');
    unset(World::$hooks['shutdown']);
    [$_POST, World::$rawBody] = [[], ''];
}

/** What the visitor types into the block checkout, as its script sends it. */
function typed(string $raw, bool $batch = true): void {
    $body = ['billing_address' => ['email' => $raw]];
    World::$rawBody = json_encode($batch ? ['requests' => [['path' => '/wc/store/v1/cart/update-customer', 'body' => $body]]] : $body);
    $stored = sanitize_email($raw);
    WC()->customer->email = $stored;
    do_action('woocommerce_store_api_cart_update_customer_from_request', WC()->customer, ['billing_address' => ['email' => $stored]]);
    endOfRequest();
}

function filled(string $email = 'gabi@example.test'): void {
    WC()->cart->add_to_cart(11, 1);
    endOfRequest();
    typed($email);
}

/** What the webhook sends now. */
function sent(?string $id = null): array {
    $id ??= end(World::$announced) ?: 'none';
    return json_decode(json_encode(apply_filters('woocommerce_webhook_payload', [], 'cart', $id)), true);
}

function answered(string $field, string $value): void {
    WC()->customer->meta["_wc_other/$field"] = $value;
    do_action('woocommerce_store_api_checkout_update_draft', []);
    endOfRequest();
}

function ordered(int $id): Order {
    $order = new Order($id);
    do_action('woocommerce_store_api_checkout_update_order_meta', $order);
    return $order;
}

function visit(array $query): string {
    $_GET = $query;
    try {
        do_action('wp_loaded');
    } catch (Redirected $redirected) {
        return $redirected->getMessage();
    } finally {
        $_GET = [];
        endOfRequest();
    }
    return '';
}

function argumentOf(string $url, string $name): string {
    parse_str((string) parse_url($url, PHP_URL_QUERY), $query);
    return $query[$name] ?? '';
}

it('registers its topic, and leaves other payloads alone', function () {
    same(['order', 'cart'], apply_filters('woocommerce_valid_webhook_resources', ['order']));
    same(['mcb_cart_updated'], apply_filters('woocommerce_webhook_topic_hooks', [])['cart.updated']);
    same(['id' => 5], apply_filters('woocommerce_webhook_payload', ['id' => 5], 'order', 5));
});

it('tells of a cart once its address is known, with what is in it and ways back', function () {
    WC()->cart->add_to_cart(11, 2);
    endOfRequest();
    same([], World::$announced);
    typed('gabi@example.test');
    $cart = sent();
    same([1, 'open', 'gabi@example.test', null, 0], [$cart['revision'], $cart['status'], $cart['email'], $cart['previous_email'], $cart['customer_id']]);
    same([['product_id' => 11, 'variation_id' => 0, 'sku' => 'SKU-11', 'name' => 'Product 11', 'attributes' => [], 'quantity' => 2, 'subtotal' => '25.80', 'total' => '25.80', 'tax' => '4.90', 'url' => 'https://shop.test/product/11/', 'image' => 'https://shop.test/image-7.jpg', 'custom' => false]], $cart['lines']);
    same(['30.70', 'EUR', 'de_DE', 'Gabi', 'DE', true], [$cart['totals']['total'], $cart['currency'], $cart['locale'], $cart['first_name'], $cart['country'], $cart['prices_include_tax']]);
    same("https://shop.test/checkout-link/?products=11:2&mcb=" . mcb_signed($cart['id']), $cart['checkout_link']);
    same('https://shop.test/?mcb=' . mcb_signed($cart['id']), $cart['restore_url']);
    same(1, preg_match('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $cart['updated_at']));
});

it('writes nothing and asks nothing where nothing changed', function () {
    filled();
    $before = count($GLOBALS['wpdb']->log);
    do_action('woocommerce_cart_updated');
    endOfRequest();
    typed('gabi@example.test');
    same([$before, 1], [count($GLOBALS['wpdb']->log), count(World::$announced)]);
});

it('looks once in a request, at its end', function () {
    filled();
    WC()->cart->empty_cart();
    foreach ([11, 12, 13] as $id) WC()->cart->add_to_cart($id);
    endOfRequest();
    same([2, 3], [sent()['revision'], count(sent()['lines'])]);
});

it('does nothing without a webhook that would hear of it', function () {
    World::$hasWebhook = false;
    filled();
    same([[], []], [World::$announced, $GLOBALS['wpdb']->log]);
});

it('leaves out who manages the shop', function () {
    World::$isManager = true;
    filled();
    same([[], []], [World::$announced, ordered(1)->meta]);
});

it('names the address before the one that was corrected', function () {
    filled('gabi@example.tst');
    typed('gabi@example.test');
    same(['gabi@example.test', 'gabi@example.tst', 2], [sent()['email'], sent()['previous_email'], sent()['revision']]);
});

foreach ([true, false] as $batch) {
    it('sends no address that sanitising made another one of, nor the one before it any longer' . ($batch ? '' : ' (single request)'), function () use ($batch) {
        filled('gabi@example.test');
        typed('josé.größe@exämple.test', $batch);
        same(['', 'gabi@example.test'], [sent()['email'], sent()['previous_email']]);
    });
}

it('keeps no cart of an address that was never one', function () {
    WC()->cart->add_to_cart(11);
    foreach (['josé@example.test', 'a@b', 'no-at', ''] as $raw) typed($raw);
    same([], World::$announced);
});

it('hears an address in the classic checkout', function () {
    WC()->cart->add_to_cart(11);
    do_action('woocommerce_checkout_update_order_review', 'billing_first_name=Gabi&billing_email=gabi%40example.test');
    endOfRequest();
    same('gabi@example.test', sent()['email']);
    same('update_totals_on_change', apply_filters('woocommerce_billing_fields', ['billing_email' => ['class' => []]])['billing_email']['class'][0]);
    do_action('wp_enqueue_scripts');
    same(true, str_contains(World::$options['script:wc-checkout'], "trigger('update_checkout')"));
});

it('sends answers of this cart, and none of the one before', function () {
    filled();
    same(null, sent()['consent']);
    answered('lab/marketing-opt-in', '1');
    same(['lab/marketing-opt-in' => true], sent()['consent']);
    answered('lab/marketing-opt-in', '0');
    same(['lab/marketing-opt-in' => false], sent()['consent']);
    answered('lab/marketing-opt-in', '1');
    ordered(159);
    WC()->cart->empty_cart();
    endOfRequest();
    WC()->cart->add_to_cart(12);
    endOfRequest();
    same(['open', null], [sent()['status'], sent()['consent']]);
});

it('marks the order with the cart, and the cart as ordered once it is emptied, with what was in it', function () {
    filled();
    $id = sent()['id'];
    $order = ordered(159);
    same(['_mcb_cart_id' => $id], $order->meta);
    WC()->cart->empty_cart();
    endOfRequest();
    $cart = sent();
    same([$id, 'ordered', ['id' => 159, 'number' => '159'], 1, null], [$cart['id'], $cart['status'], $cart['order'], count($cart['lines']), $cart['restore_url']]);
    WC()->cart->add_to_cart(11);
    endOfRequest();
    same(true, sent()['id'] !== $id);
});

it('stays open while a payment elsewhere is not finished', function () {
    filled();
    ordered(163);
    do_action('woocommerce_cart_updated');
    endOfRequest();
    same(['open', ['id' => 163, 'number' => '163']], [sent()['status'], sent()['order']]);
});

it('marks an order of the classic checkout', function () {
    filled();
    $order = new Order(0);
    do_action('woocommerce_checkout_create_order', $order, []);
    same(sent()['id'], $order->meta['_mcb_cart_id']);
    $order->id = 160;
    do_action('woocommerce_checkout_order_created', $order);
    WC()->cart->empty_cart();
    endOfRequest();
    same(['ordered', 160], [sent()['status'], sent()['order']['id']]);
});

/** Places an order by the block checkout; nothing before told of the address in it. */
function placed(int $id, string $raw, string $path = ''): void {
    $body = ['billing_address' => ['email' => $raw], 'payment_method' => 'cod'];
    World::$rawBody = json_encode($path === '' ? $body : ['requests' => [['path' => $path, 'body' => $body]]]);
    WC()->customer->email = sanitize_email($raw);
    ordered($id);
    endOfRequest();
}

foreach (['' => 'alone', '/wc/store/v1/checkout' => 'in a batch'] as $path => $how) {
    it("takes the address that is typed in the request that orders (block checkout, $how)", function () use ($path) {
        filled('gabi@example.tst');
        placed(159, 'gabi@example.test', $path);
        same(['open', 'gabi@example.test', 'gabi@example.tst', 159], [sent()['status'], sent()['email'], sent()['previous_email'], sent()['order']['id']]);
        placed(159, 'gabi.gast@example.test', $path);
        same(['gabi.gast@example.test', 'gabi@example.test', 159], [sent()['email'], sent()['previous_email'], sent()['order']['id']]);
    });
}

it('takes it also when that request empties the cart', function () {
    filled('gabi@example.tst');
    World::$rawBody = json_encode(['billing_address' => ['email' => 'gabi@example.test']]);
    ordered(159);
    WC()->cart->empty_cart();
    endOfRequest();
    same(['ordered', 'gabi@example.test', 'gabi@example.tst'], [sent()['status'], sent()['email'], sent()['previous_email']]);
});

it('takes it in the classic checkout, as it was typed and not as it was cleaned', function () {
    filled('gabi@example.tst');
    foreach (["o\\'hara@example.test" => "o'hara@example.test", 'a%20b@example.test' => 'a%20b@example.test'] as $posted => $email) {
        $_POST = ['billing_email' => $posted];
        do_action('woocommerce_checkout_create_order', new Order(0), ['billing_email' => 'cleaned@example.test']);
        do_action('woocommerce_checkout_order_created', new Order(160));
        endOfRequest();
        same(['open', $email, 160], [sent()['status'], sent()['email'], sent()['order']['id']]);
    }
});

it('takes it of a wallet that has the classic checkout make the order, without a form', function () {
    filled('gabi@example.tst');
    do_action('woocommerce_checkout_create_order', new Order(0), ['billing_email' => 'wallet@example.test']);
    do_action('woocommerce_checkout_order_created', new Order(160));
    endOfRequest();
    same(['wallet@example.test', 'gabi@example.tst', 160], [sent()['email'], sent()['previous_email'], sent()['order']['id']]);
});

it('tells of a cart whose address is in no request but the one that orders', function () {
    WC()->cart->add_to_cart(11);
    endOfRequest();
    same([], World::$announced);
    placed(159, 'gabi@example.test');
    same([1, 'open', 'gabi@example.test', null, 159], [sent()['revision'], sent()['status'], sent()['email'], sent()['previous_email'], sent()['order']['id']]);
});

it('says that an order is nobody\'s whose address sanitising made another one of', function () {
    WC()->cart->add_to_cart(11);
    endOfRequest();
    placed(159, 'josé.größe@exämple.test');
    same(['open', '', 159], [sent()['status'], sent()['email'], sent()['order']['id']]);
});

it('keeps the address of the cart where an order is made without one', function () {
    filled();
    $draft = new Order(161);
    World::$rawBody = '';
    do_action('woocommerce_store_api_checkout_update_order_meta', $draft);
    do_action('woocommerce_checkout_create_order', $draft, ['billing_email' => ['x']]);
    endOfRequest();
    same(['gabi@example.test', null], [sent()['email'], sent()['previous_email']]);
});

it('belongs to whom the account ordered for, until its own address is given again', function () {
    World::$user = 3;
    WC()->customer->email = 'account@example.test';
    WC()->cart->add_to_cart(11);
    endOfRequest();
    same('account@example.test', sent()['email']);
    placed(159, 'gift@example.test');
    same(['gift@example.test', 'account@example.test'], [sent()['email'], sent()['previous_email']]);
    placed(159, 'account@example.test');
    same(['account@example.test', 'gift@example.test'], [sent()['email'], sent()['previous_email']]);
});

it('is empty when it was emptied, and open when something comes in again', function () {
    filled();
    WC()->cart->empty_cart();
    endOfRequest();
    same(['empty', 1], [sent()['status'], count(sent()['lines'])]);
    WC()->cart->add_to_cart(12);
    endOfRequest();
    same(['open', 3, 12], [sent()['status'], sent()['revision'], sent()['lines'][0]['product_id']]);
});

it('goes on under its id when a guest logs in, logs out and logs in again', function () {
    filled('gabi@example.test');
    $id = sent()['id'];
    World::$user = 3;
    do_action('woocommerce_guest_session_to_user_id', 'guest-1', 3);
    endOfRequest();
    same([$id, 3, 'gabi@example.test'], [sent()['id'], sent()['customer_id'], sent()['email']]);
    [World::$user, World::$sessionKey, $items] = [0, 'guest-2', WC()->cart->items];
    WC()->cart->empty_cart();
    endOfRequest();
    same(['open', 2], [sent()['status'], sent()['revision']]);
    [World::$user, World::$sessionKey] = [3, '3'];
    World::$sessions['3'] = [];
    WC()->cart->items = $items;
    WC()->customer->email = 'account@example.test';
    do_action('woocommerce_cart_updated');
    endOfRequest();
    same([$id, 'account@example.test'], [sent()['id'], sent()['email']]);
});

it('tells that the cart of an account is gone when the one of a guest, or of a link, takes its place', function () {
    World::$user = 3;
    World::$sessionKey = '3';
    filled('account@example.test');
    $first = sent()['id'];
    [World::$user, World::$sessionKey, World::$woocommerce] = [0, 'guest-2', new WooCommerce()];
    filled('gabi@example.test');
    $second = sent()['id'];
    World::$user = 3;
    do_action('woocommerce_guest_session_to_user_id', 'guest-2', 3);
    endOfRequest();
    same([['id' => $first, 'status' => 'gone'], 'open', 3], [sent($first), sent($second)['status'], sent($second)['customer_id']]);
    [World::$user, World::$sessionKey, World::$woocommerce] = [0, 'guest-3', new WooCommerce()];
    filled('friend@example.test');
    $third = sent();
    [World::$user, World::$sessionKey, World::$woocommerce] = [3, 'guest-2', new WooCommerce()];
    visit(['mcb' => argumentOf($third['restore_url'], 'mcb')]);
    same([['id' => $second, 'status' => 'gone'], $third['id']], [sent($second), World::$userMeta[3]['_mcb_cart_id']]);
});

it('keeps a cart that was ordered when its account goes on with a new one', function () {
    World::$user = 3;
    filled('account@example.test');
    $id = sent()['id'];
    $GLOBALS['wpdb']->rows[$id]->status = 'ordered';
    WC()->cart->add_to_cart(13);
    endOfRequest();
    same([true, true], [sent()['id'] !== $id, isset($GLOBALS['wpdb']->rows[$id])]);
});

it('gives only a way back that loses nothing', function () {
    filled();
    WC()->cart->add_to_cart(20, 1, 21, ['attribute_size' => 'M']);
    endOfRequest();
    same([null, true], [sent()['checkout_link'], str_contains(sent()['restore_url'], 'mcb=')]);
    WC()->cart->empty_cart();
    WC()->cart->add_to_cart(11, 1, 0, [], ['engraving' => 'Für Oma']);
    endOfRequest();
    same([null, true], [sent()['checkout_link'], sent()['lines'][0]['custom']]);
    WC()->cart->empty_cart();
    WC()->cart->add_to_cart(11, 1);
    foreach (['a', 'b'] as $code) WC()->cart->apply_coupon($code);
    endOfRequest();
    same(null, sent()['checkout_link']);
});

it('leads back on another device, by a link that nobody can forge', function () {
    filled();
    WC()->cart->add_to_cart(20, 2, 21, ['attribute_size' => 'M'], ['engraving' => 'Für Oma']);
    WC()->cart->apply_coupon('save10');
    endOfRequest();
    [$id, $given, $items] = [sent()['id'], argumentOf(sent()['restore_url'], 'mcb'), WC()->cart->items];
    World::$sessionKey = 'phone';
    World::$woocommerce = new WooCommerce();
    same('', visit(['mcb' => substr($given, 0, -1) . 'x']));
    same(['', 0], [visit(['mcb' => ['x']]), World::$headers]);
    same('https://shop.test/checkout/?utm_source=mail', visit(['mcb' => $given, 'utm_source' => 'mail']));
    same([array_keys($items), ['save10'], 1], [array_keys(WC()->cart->items), WC()->cart->coupons, World::$headers]);
    same([$id, 'gabi@example.test'], [sent()['id'], sent()['email']]);
    same($id, ordered(162)->meta['_mcb_cart_id']);
    WC()->cart->empty_cart();
    endOfRequest();
    same('ordered', sent($id)['status']);
    same('https://shop.test/cart/', visit(['mcb' => $given]));
    [World::$sessionKey, World::$woocommerce->cart->items] = ['guest-1', $items];
    WC()->cart->add_to_cart(13);
    endOfRequest();
    same([true, 'ordered'], [sent()['id'] !== $id, sent($id)['status']]);
});

it('only takes over the id where the link to the checkout brings the products itself', function () {
    filled();
    $given = argumentOf(sent()['checkout_link'], 'mcb');
    World::$sessionKey = 'phone';
    World::$woocommerce = new WooCommerce();
    same('', visit(['mcb' => $given, 'products' => '11:1']));
    same([[], substr($given, 0, 36)], [WC()->cart->items, WC()->session->get('mcb_id')]);
});

it('fills a cart by the link to the checkout once: WooCommerce keeps every other argument on the next page', function () {
    filled();
    $given = argumentOf(sent()['checkout_link'], 'mcb');
    foreach (['open', 'ordered'] as $status) {
        $GLOBALS['wpdb']->rows[sent()['id']]->status = $status;
        $_SERVER['QUERY_STRING'] = "products=11:1&coupon=mabc&mcb=$given&utm_source=mail";
        same('', visit(['mcb' => $given, 'products' => '11:1', 'coupon' => 'mabc', 'utm_source' => 'mail']));
        parse_str($_SERVER['QUERY_STRING'], $left);
        same(['products' => '11:1', 'coupon' => 'mabc', 'utm_source' => 'mail'], $left);
    }
});

it('belongs to whoever types another address', function () {
    filled('first@example.test');
    $given = argumentOf(sent()['restore_url'], 'mcb');
    World::$sessionKey = 'phone';
    visit(['mcb' => $given]);
    typed('friend@example.test');
    same(['friend@example.test', 'first@example.test'], [sent()['email'], sent()['previous_email']]);
});

it('brings a coupon along where the cart has none of its own', function () {
    filled();
    visit(['mcb' => argumentOf(sent()['restore_url'], 'mcb'), 'coupon' => 'mabc']);
    same(['mabc'], WC()->cart->coupons);
});

it('keeps what somebody agreed to when they come back by the link', function () {
    filled();
    answered('lab/marketing-opt-in', '1');
    $given = argumentOf(sent()['restore_url'], 'mcb');
    World::$sessionKey = 'phone';
    World::$woocommerce = new WooCommerce();
    visit(['mcb' => $given]);
    same(['gabi@example.test', ['lab/marketing-opt-in' => true]], [sent()['email'], sent()['consent']]);
    typed('gabi@example.test');
    same(['lab/marketing-opt-in' => true], sent()['consent']);
    answered('lab/marketing-opt-in', '0');
    same(['lab/marketing-opt-in' => false], sent()['consent']);
});

it('knows who it was though nothing is typed on the other device, nor by what tries links in mails', function () {
    filled();
    $given = argumentOf(sent()['restore_url'], 'mcb');
    World::$sessionKey = 'scanner';
    World::$woocommerce = new WooCommerce();
    [WC()->customer->firstName, WC()->customer->country] = ['', 'US'];
    visit(['mcb' => $given]);
    same([2, 'Gabi', 'DE'], [sent()['revision'], sent()['first_name'], sent()['country']]);
    typed('gabi@example.test');
    same(['', 'US'], [sent()['first_name'], sent()['country']]);
});

it('takes no yes along to whoever was given the link', function () {
    filled();
    answered('lab/marketing-opt-in', '1');
    $given = argumentOf(sent()['restore_url'], 'mcb');
    World::$sessionKey = 'phone';
    World::$woocommerce = new WooCommerce();
    visit(['mcb' => $given]);
    typed('friend@example.test');
    same(['friend@example.test', null], [sent()['email'], sent()['consent']]);
});

it('sends a yes that is taken back as a no, also where it was a no before the cart', function () {
    answered('lab/marketing-opt-in', '0');
    filled();
    same(null, sent()['consent']);
    answered('lab/marketing-opt-in', '1');
    same(['lab/marketing-opt-in' => true], sent()['consent']);
    answered('lab/marketing-opt-in', '0');
    same(['lab/marketing-opt-in' => false], sent()['consent']);
});

it('takes no answer of an earlier order for one of this cart when somebody logs in', function () {
    filled();
    World::$user = 3;
    WC()->customer->meta['_wc_other/lab/marketing-opt-in'] = '1';
    do_action('woocommerce_guest_session_to_user_id', 'guest-1', 3);
    endOfRequest();
    same([3, null], [sent()['customer_id'], sent()['consent']]);
    [World::$sessionKey, World::$sessions['3']] = ['3', []];
    WC()->cart->add_to_cart(12);
    endOfRequest();
    same([2, null], [count(sent()['lines']), sent()['consent']]);
});

it('begins anew on the first device once the cart was ordered on another, with no answer and no order', function () {
    filled();
    answered('lab/marketing-opt-in', '1');
    ordered(7);
    do_action('woocommerce_cart_updated');
    endOfRequest();
    $id = sent()['id'];
    $GLOBALS['wpdb']->rows[$id]->status = 'ordered';
    WC()->cart->add_to_cart(13);
    endOfRequest();
    $cart = sent();
    same([true, 1, null, null], [$cart['id'] !== $id, $cart['revision'], $cart['consent'], $cart['order']]);
    $before = count(World::$announced);
    do_action('woocommerce_cart_updated');
    endOfRequest();
    same([$before, 1], [count(World::$announced), sent()['revision']]);
});

it('keeps an address when the classic form is shown anew and empty, until somebody deletes it there', function () {
    $posted = function (string $form) {
        do_action('woocommerce_checkout_update_order_review', $form);
        endOfRequest();
    };
    WC()->cart->add_to_cart(11);
    $posted('billing_email=gabi%40example.test&mcb_typed=');
    $posted('billing_first_name=&billing_email=');
    same(['gabi@example.test', 1], [sent()['email'], sent()['revision']]);
    do_action('wp_enqueue_scripts');
    same(true, str_contains(World::$options['script:wc-checkout'], 'name=mcb_typed'));
    $posted('billing_email=&mcb_typed=');
    same(['', 'gabi@example.test'], [sent()['email'], sent()['previous_email']]);
    $posted('billing_email[]=gabi%40example.test&mcb_typed=');
    same('', sent()['email']);
});

it('asks nothing of a table that is not there, and leaves nothing at an account when it is deleted', function () {
    do_action('woocommerce_cleanup_sessions');
    same([], $GLOBALS['wpdb']->log);
    World::$user = 3;
    filled();
    do_action('uninstall');
    same([], array_filter(World::$userMeta));
});

it('tells of a cart that is not there any more', function () {
    same(['id' => 'nobody', 'status' => 'gone'], sent('nobody'));
});

it('shows and erases what it keeps of a person, also under the address before', function () {
    filled('old@example.test');
    typed('new@example.test');
    $id = sent()['id'];
    $exporters = apply_filters('wp_privacy_personal_data_exporters', []);
    same([$id], array_column($exporters['mcb']['callback']('old@example.test')['data'], 'item_id'));
    $erasers = apply_filters('wp_privacy_personal_data_erasers', []);
    same([true, true], [$erasers['mcb']['callback']('old@example.test')['items_removed'], $erasers['mcb']['callback']('old@example.test')['done']]);
    same(['id' => $id, 'status' => 'gone'], sent());
});

it('forgets after thirty days, and everything when it is deleted', function () {
    filled();
    end($GLOBALS['wpdb']->rows)->updated = gmdate('Y-m-d H:i:s', time() - 31 * DAY_IN_SECONDS);
    do_action('woocommerce_cleanup_sessions');
    same([], $GLOBALS['wpdb']->rows);
    do_action('uninstall');
    same(['DROP', false], [end($GLOBALS['wpdb']->log), get_option('mcb_table')]);
});

it('needs 2 queries for a changed cart', function () {
    filled();
    $before = count($GLOBALS['wpdb']->log);
    WC()->cart->add_to_cart(12);
    endOfRequest();
    same(2, count($GLOBALS['wpdb']->log) - $before);
});

echo $failed === 0 ? "companion: $titles behaviours hold\n" : "companion: $failed of $titles behaviours do not hold\n";
exit($failed === 0 ? 0 : 1);
