<?php
/**
 * Plugin Name: Mautic Commerce Bridge: carts
 * Description: Tells your bridge of carts that were left, by a webhook of WooCommerce's own. No request to anybody while a visitor waits.
 * Version: 1.2.0
 * Requires Plugins: woocommerce
 * Requires PHP: 7.4
 * License: MIT
 */
defined('ABSPATH') || exit;
/** The topic `cart.updated`: WooCommerce signs, queues and sends it like any other. */
add_filter('woocommerce_valid_webhook_resources', fn($resources) => array_merge($resources, ['cart']));
add_filter('woocommerce_webhook_topic_hooks', fn($hooks) => ['cart.updated' => ['mcb_cart_updated']] + $hooks);
add_filter('woocommerce_webhook_topics', fn($topics) => $topics + ['cart.updated' => 'Cart updated']);
add_filter('woocommerce_webhook_payload', 'mcb_payload', 10, 3);
function mcb_payload($payload, $resource, $id) {
    if ('cart' !== $resource) return $payload;
    $row = mcb_row($id);
    return $row ? ['id' => $id, 'revision' => (int) $row->rev] + json_decode($row->data, true) : ['id' => $id, 'status' => 'gone'];
}
function mcb_table() { return $GLOBALS['wpdb']->prefix . 'mcb_carts'; }
function mcb_row($id) { return $GLOBALS['wpdb']->get_row($GLOBALS['wpdb']->prepare('SELECT * FROM ' . mcb_table() . ' WHERE id = %s', $id)); }
function mcb_forget($id) { if (get_option('mcb_table') && $GLOBALS['wpdb']->delete(mcb_table(), ['id' => $id])) do_action('mcb_cart_updated', $id); }
/** The option is loaded with all others, so that asking costs no query. */
function mcb_install() {
    if ('1' === get_option('mcb_table')) return;
    $GLOBALS['wpdb']->query('CREATE TABLE IF NOT EXISTS ' . mcb_table() . ' (id CHAR(36) NOT NULL PRIMARY KEY, rev BIGINT NOT NULL, status VARCHAR(10) NOT NULL, email VARCHAR(190) NOT NULL, former VARCHAR(190) NOT NULL, updated DATETIME NOT NULL, data LONGTEXT NOT NULL, raw LONGTEXT NOT NULL, KEY email (email), KEY former (former), KEY updated (updated)) ' . $GLOBALS['wpdb']->get_charset_collate());
    update_option('mcb_table', '1', true);
}
/** Hooks only set a mark. It is looked once, before the session is saved (20): by then what was emptied only to be filled is full. */
function mcb_mark() { has_action('shutdown', 'mcb_look') || add_action('shutdown', 'mcb_look', 5); }
foreach (['woocommerce_cart_updated', 'woocommerce_cart_emptied', 'woocommerce_store_api_checkout_update_draft', 'woocommerce_guest_session_to_user_id'] as $mcb_hook) add_action($mcb_hook, 'mcb_mark', 10, 0);
/** Sanitising can turn a mistyped address into somebody else's: what it changes is no address. */
function mcb_typed($raw) {
    $raw = trim((string) $raw);
    WC()->session && WC()->session->set('mcb_email', is_email($raw) && sanitize_email($raw) === $raw ? $raw : '');
    mcb_mark();
}
/** A guest's form is empty whenever it is shown anew: nothing was deleted there before somebody typed. */
add_action('woocommerce_checkout_update_order_review', function ($form) {
    parse_str((string) $form, $fields);
    $email = $fields['billing_email'] ?? null;
    if (is_string($email) && ('' !== trim($email) || isset($fields['mcb_typed']))) mcb_typed($email);
});
/** The request was sanitised already: what was typed stands in the body, alone or as a part of a batch, or in the classic form. */
function mcb_posted() {
    $body = json_decode((string) WP_REST_Server::get_raw_data(), true);
    $typed = array_filter(array_map(fn($part) => $part['billing_address']['email'] ?? null, [$body, ...array_column((array) ($body['requests'] ?? []), 'body')]), 'is_string');
    return $typed ? end($typed) : (is_string($_POST['billing_email'] ?? null) ? wp_unslash($_POST['billing_email']) : null);
}
add_action('woocommerce_store_api_cart_update_customer_from_request', fn($customer, $request) => null === ($typed = mcb_posted() ?? $request['billing_address']['email'] ?? null) ? mcb_mark() : mcb_typed($typed), 10, 2);
/** In the classic checkout an address that is typed last is never sent otherwise. */
add_filter('woocommerce_billing_fields', function ($fields) {
    if (isset($fields['billing_email'])) $fields['billing_email']['class'][] = 'update_totals_on_change';
    return $fields;
});
add_action('wp_enqueue_scripts', fn() => wp_add_inline_script('wc-checkout', "jQuery('#billing_email').on('change',e=>{jQuery(e.target).after('<input type=hidden name=mcb_typed>');jQuery(document.body).trigger('update_checkout')})"), 20);
/** Under this id a cart goes on through logging in and out; an account's own is no more once another takes its place. */
function mcb_id($new = false) {
    [$session, $user] = [WC()->session, get_current_user_id()];
    [$known, $own] = [$new ? '' : $session->get('mcb_id'), $user ? get_user_meta($user, '_mcb_cart_id', true) : ''];
    $id = $known ?: ($new ? '' : $own) ?: wp_generate_uuid4();
    if (!$known) foreach (['mcb_id' => $id, 'mcb_answered' => null, 'mcb_order' => null, 'mcb_hash' => null] as $key => $value) $session->set($key, $value);
    if ($own && $known && $own !== $id) mcb_forget($own);
    if ($user && $own !== $id) update_user_meta($user, '_mcb_cart_id', $id);
    return $id;
}
/** Checkout fields of yes or no that were changed since this visitor has this cart, also if changed back: older answers are not for it. */
function mcb_consent() {
    [$session, $user, $answers] = [WC()->session, get_current_user_id(), []];
    foreach (WC()->customer->get_meta_data() as $meta) {
        $isAnswer = 0 === strpos($meta->key, '_wc_other/') && in_array($meta->value, ['1', '0', 1, 0, true, false, ''], true);
        if ($isAnswer) $answers[substr($meta->key, 10)] = (bool) $meta->value;
    }
    $older = array_intersect_assoc($session->get('mcb_answered')[$user] ?? $answers, $answers);
    $session->set('mcb_answered', [$user => $older]);
    return array_diff_key($answers, $older) ?: null;
}
/** Nothing is written where nothing changed; nothing of whoever manages the shop. */
function mcb_look() {
    [$session, $cart, $customer] = [WC()->session, WC()->cart, WC()->customer];
    if (!$session || !$cart || !has_action('mcb_cart_updated') || current_user_can('manage_woocommerce')) return;
    if ($cart->is_empty() && !$session->get('mcb_id')) return;
    $id = mcb_id();
    $order = $session->get('mcb_order');
    $order = is_array($order) && $order['cart'] === $id ? ['id' => $order['id'], 'number' => $order['number']] : null;
    $account = get_current_user_id() ? ($customer->get_billing_email() ?: $customer->get_email()) : null;
    $now = [
        'status' => !$cart->is_empty() ? 'open' : ($order ? 'ordered' : 'empty'),
        'email' => $session->get('mcb_email') ?? $account,
        'customer_id' => get_current_user_id(),
        'first_name' => $customer->get_billing_first_name(),
        'last_name' => $customer->get_billing_last_name(),
        'country' => $customer->get_billing_country(),
        'consent' => mcb_consent(),
        'coupons' => array_map(fn($code) => ['code' => (string) $code, 'discount' => mcb_money($cart->get_coupon_discount_amount($code))], array_values($cart->get_applied_coupons())),
        'order' => $order,
        'total' => mcb_money($cart->get_total('edit')),
    ];
    $hash = md5(wp_json_encode([$now, array_map(fn($item) => [$item['quantity'], $item['line_total']], $cart->get_cart())]));
    if ($hash === $session->get('mcb_hash')) return;
    $session->set('mcb_hash', $hash);
    mcb_write($id, $now);
    if ('ordered' !== $now['status']) return;
    foreach (['mcb_id', 'mcb_order', 'mcb_hash'] as $key) $session->set($key, null);
    if (get_current_user_id()) delete_user_meta(get_current_user_id(), '_mcb_cart_id');
}
function mcb_money($amount) { return number_format((float) $amount, wc_get_price_decimals(), '.', ''); }
/** Only carts with an address, or tried under what sanitising made another one of. The database counts revisions: of two tabs at once the session knows one. */
function mcb_write($id, $now) {
    mcb_install();
    [$wpdb, $row] = [$GLOBALS['wpdb'], mcb_row($id)];
    $isOpen = 'open' === $now['status'];
    if ($row && 'ordered' === $row->status) {
        if ($isOpen && mcb_id(true)) mcb_look();
        return;
    }
    $email = $now['email'] ?? ($row ? $row->email : '');
    if (!$row && (!$isOpen || (!$email && !($now['order'] && '' === $now['email'])))) return;
    $old = $row ? json_decode($row->data, true) : [];
    // Coming back by a link or logging in takes nothing back; who gives another address has agreed to nothing.
    if ($row && $row->email === $email) $now['consent'] = ((array) $now['consent'] + (array) ($old['consent'] ?? [])) ?: null;
    if ($row && null === $now['email']) $now = array_intersect_key($old, array_flip(['first_name', 'last_name', 'country'])) + $now;
    $former = $row && $row->email && $row->email !== $email ? $row->email : ($old['previous_email'] ?? null);
    $time = gmdate('Y-m-d\TH:i:s\Z');
    unset($now['total']);
    $data = ['email' => (string) $email, 'previous_email' => $former, 'updated_at' => $time] + $now + ['created_at' => $old['created_at'] ?? $time];
    // What was in it stays known when it is bought or emptied.
    $data += $isOpen ? mcb_contents($id, $now['coupons']) : array_intersect_key($old, array_flip(['locale', 'currency', 'prices_include_tax', 'totals', 'lines']));
    if (!$isOpen) $data = ['coupons' => $old['coupons'] ?? [], 'checkout_link' => null, 'restore_url' => null] + $data;
    $raw = $isOpen ? wp_json_encode(array_values(array_map(fn($item) => [$item['product_id'], $item['quantity'], $item['variation_id'], $item['variation'], mcb_extra($item)], WC()->cart->get_cart()))) : $row->raw;
    $wpdb->query($wpdb->prepare('INSERT INTO ' . mcb_table() . ' (id, rev, status, email, former, updated, data, raw) VALUES (%s, 1, %s, %s, %s, %s, %s, %s) ON DUPLICATE KEY UPDATE rev = rev + 1, status = VALUES(status), email = VALUES(email), former = VALUES(former), updated = VALUES(updated), data = VALUES(data), raw = VALUES(raw)', $id, $data['status'], $data['email'], (string) $former, gmdate('Y-m-d H:i:s'), wp_json_encode($data), $raw));
    do_action('mcb_cart_updated', $id);
}
/** What plugins hang on an item of a cart. */
function mcb_extra($item) { return array_diff_key($item, array_flip(['key', 'product_id', 'variation_id', 'variation', 'quantity', 'data', 'data_hash', 'line_tax_data', 'line_subtotal', 'line_subtotal_tax', 'line_total', 'line_tax'])); }
function mcb_contents($id, $coupons) {
    [$cart, $products, $lines] = [WC()->cart, [], []];
    $isWhole = version_compare(WC_VERSION, '10.0', '>=') && count($coupons) < 2;
    foreach ($cart->get_cart() as $item) {
        $product = $item['data'];
        $key = $item['variation_id'] ?: $item['product_id'];
        $isAny = $item['variation_id'] && in_array('', $product->get_variation_attributes(), true);
        $isWhole = $isWhole && !$isAny && !mcb_extra($item) && !isset($products[$key]) && (int) $item['quantity'] == $item['quantity'];
        $products[$key] = $key . ':' . $item['quantity'];
        $lines[] = ['product_id' => $item['product_id'], 'variation_id' => $item['variation_id'], 'sku' => $product->get_sku(), 'name' => $product->get_name(), 'attributes' => (object) $item['variation'], 'quantity' => $item['quantity'], 'subtotal' => mcb_money($item['line_subtotal']), 'total' => mcb_money($item['line_total']), 'tax' => mcb_money($item['line_tax']), 'url' => $product->get_permalink($item), 'image' => wp_get_attachment_image_url($product->get_image_id(), 'woocommerce_thumbnail') ?: '', 'custom' => (bool) mcb_extra($item)];
    }
    $way = ['products' => implode(',', $products)] + ($coupons ? ['coupon' => rawurlencode($coupons[0]['code'])] : []) + ['mcb' => mcb_signed($id)];
    $totals = ['items' => $cart->get_subtotal(), 'discount' => $cart->get_discount_total(), 'shipping' => $cart->get_shipping_total(), 'fees' => $cart->get_fee_total(), 'tax' => $cart->get_total_tax(), 'total' => $cart->get_total('edit')];
    return ['locale' => get_locale(), 'currency' => get_woocommerce_currency(), 'prices_include_tax' => wc_prices_include_tax(), 'totals' => array_map('mcb_money', $totals), 'lines' => $lines, 'checkout_link' => $isWhole ? add_query_arg($way, home_url(get_option('permalink_structure') ? '/checkout-link/' : '/?checkout-link=true')) : null, 'restore_url' => add_query_arg('mcb', mcb_signed($id), home_url('/'))];
}
function mcb_signed($id) { return $id . '.' . substr(hash_hmac('sha256', 'mcb' . $id, wp_salt()), 0, 32); }
/** An order says from which cart it was made, and the cart whose it is: an address may be typed in the request that orders, and in no other. */
function mcb_order($order, $posted = []) {
    $id = WC()->session && !current_user_can('manage_woocommerce') ? WC()->session->get('mcb_id') : null;
    if (!$id) return;
    is_string($typed = mcb_posted() ?? $posted['billing_email'] ?? null) && mcb_typed($typed);
    $order->update_meta_data('_mcb_cart_id', $id);
    if ($order->get_id()) WC()->session->set('mcb_order', ['cart' => $id, 'id' => $order->get_id(), 'number' => (string) $order->get_order_number()]);
}
foreach (['woocommerce_checkout_create_order', 'woocommerce_checkout_order_created', 'woocommerce_store_api_checkout_update_order_meta'] as $mcb_hook) add_action($mcb_hook, 'mcb_order', 10, 2);
/** The way back: a link to the checkout brings its products itself, any other gets what was in the cart. */
add_action('wp_loaded', function () {
    $given = isset($_GET['mcb']) && is_string($_GET['mcb']) ? $_GET['mcb'] : '';
    $id = substr($given, 0, 36);
    if ('' === $given || !hash_equals(mcb_signed($id), $given) || !WC()->session || !WC()->cart) return;
    nocache_headers();
    $row = mcb_row($id);
    $isLink = isset($_GET['products']);
    // Left on the page of the checkout, where WooCommerce keeps it, it would fill the cart once more, without the link's coupon.
    if ($isLink) $_SERVER['QUERY_STRING'] = remove_query_arg('mcb', $_SERVER['QUERY_STRING'] ?? '');
    $isBought = !$row || 'ordered' === $row->status;
    if ($isBought && $isLink) return;
    if ($isBought) wp_safe_redirect(wc_get_cart_url()) && exit;
    WC()->session->set_customer_session_cookie(true);
    $other = ['mcb_id' => $id, 'mcb_email' => null, 'mcb_order' => null, 'mcb_hash' => null, 'mcb_answered' => null];
    foreach (WC()->session->get('mcb_id') === $id ? [] : $other as $key => $value) WC()->session->set($key, $value);
    if ($isLink) return;
    WC()->cart->empty_cart();
    foreach ((array) json_decode($row->raw, true) as [$product, $quantity, $variation, $attributes, $extra]) WC()->cart->add_to_cart($product, $quantity, $variation, $attributes, $extra);
    $coupons = array_column((array) (json_decode($row->data, true)['coupons'] ?? []), 'code');
    foreach ($coupons ?: array_filter((array) wc_clean(wp_unslash($_GET['coupon'] ?? ''))) as $code) WC()->cart->apply_coupon($code);
    wp_safe_redirect(add_query_arg(array_map('rawurlencode', array_filter(wp_unslash(array_diff_key($_GET, ['mcb' => 1, 'coupon' => 1])), 'is_string')), wc_get_checkout_url())) && exit;
}, 30);
/** Thirty days, or until somebody wants to be forgotten, or the plugin is deleted. */
add_action('woocommerce_cleanup_sessions', fn() => get_option('mcb_table') && $GLOBALS['wpdb']->query($GLOBALS['wpdb']->prepare('DELETE FROM ' . mcb_table() . ' WHERE updated < %s', gmdate('Y-m-d H:i:s', time() - 30 * DAY_IN_SECONDS))));
function mcb_of($email) { return get_option('mcb_table') ? $GLOBALS['wpdb']->get_results($GLOBALS['wpdb']->prepare('SELECT * FROM ' . mcb_table() . ' WHERE email = %s OR former = %s', $email, $email)) : []; }
add_filter('wp_privacy_personal_data_exporters', fn($all) => $all + ['mcb' => ['exporter_friendly_name' => 'Carts', 'callback' => fn($email) => ['done' => true, 'data' => array_map(fn($row) => ['group_id' => 'mcb', 'group_label' => 'Carts', 'item_id' => $row->id, 'data' => [['name' => 'Cart', 'value' => $row->data]]], mcb_of($email))]]]);
add_filter('wp_privacy_personal_data_erasers', fn($all) => $all + ['mcb' => ['eraser_friendly_name' => 'Carts', 'callback' => function ($email) {
    $rows = mcb_of($email);
    foreach ($rows as $row) mcb_forget($row->id);
    return ['items_removed' => count($rows) > 0, 'items_retained' => false, 'messages' => [], 'done' => true];
}]]);
register_uninstall_hook(__FILE__, 'mcb_uninstall');
function mcb_uninstall() {
    $GLOBALS['wpdb']->query('DROP TABLE IF EXISTS ' . mcb_table());
    delete_option('mcb_table');
    delete_metadata('user', 0, '_mcb_cart_id', '', true);
}
