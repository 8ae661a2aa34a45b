<?php
/** As much of WordPress and WooCommerce as the companion meets, in memory. A test says what happens; hooks fire as there. */
declare(strict_types=1);

const ABSPATH = '/';
const WC_VERSION = '10.9.1';
const DAY_IN_SECONDS = 86400;

class Redirected extends Exception {}

final class World {
    public static array $hooks = [];
    public static array $options = ['permalink_structure' => '/%postname%/'];
    public static array $userMeta = [];
    public static int $user = 0;
    public static bool $isManager = false;
    public static string $rawBody = '';
    public static ?string $sentTo = null;
    public static bool $hasWebhook = true;
    public static array $announced = [];
    public static int $headers = 0;
    public static WooCommerce $woocommerce;
    /** Key of the session → what it holds; it outlives a request. */
    public static array $sessions = [];
    public static string $sessionKey = 'guest-1';
}

function add_action($hook, $callback, $priority = 10, $arguments = 1) { World::$hooks[$hook][$priority][] = [$callback, $arguments]; }
function add_filter($hook, $callback, $priority = 10, $arguments = 1) { add_action($hook, $callback, $priority, $arguments); }
function has_action($hook, $callback = false) {
    if ($hook === 'mcb_cart_updated') return World::$hasWebhook;
    foreach (World::$hooks[$hook] ?? [] as $priority => $callbacks) foreach ($callbacks as [$known]) if ($callback === false || $known === $callback) return $priority;
    return false;
}
function apply_filters($hook, $value, ...$more) {
    $byPriority = World::$hooks[$hook] ?? [];
    ksort($byPriority);
    foreach ($byPriority as $callbacks) foreach ($callbacks as [$callback, $count]) $value = $callback(...array_slice([$value, ...$more], 0, $count));
    return $value;
}
function do_action($hook, ...$arguments) {
    if ($hook === 'mcb_cart_updated') World::$announced[] = $arguments[0];
    $byPriority = World::$hooks[$hook] ?? [];
    ksort($byPriority);
    foreach ($byPriority as $callbacks) foreach ($callbacks as [$callback, $count]) $callback(...array_slice($arguments, 0, $count));
}
function register_uninstall_hook($file, $callback) { World::$hooks['uninstall'][10][] = [$callback, 0]; }
function get_option($name) { return World::$options[$name] ?? false; }
function update_option($name, $value, $autoload = null) { World::$options[$name] = $value; }
function delete_option($name) { unset(World::$options[$name]); }
function get_current_user_id() { return World::$user; }
function current_user_can($right) { return World::$isManager; }
function get_user_meta($user, $key, $single) { return World::$userMeta[$user][$key] ?? ''; }
function update_user_meta($user, $key, $value) { World::$userMeta[$user][$key] = $value; }
function delete_user_meta($user, $key) { unset(World::$userMeta[$user][$key]); }
function delete_metadata($type, $object, $key, $value = '', $all = false) {
    if ($type === 'user' && $all) foreach (World::$userMeta as $user => $meta) unset(World::$userMeta[$user][$key]);
}
function is_email($text) { return (bool) preg_match('/^[\w.!#$%&\'*+\/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i', $text); }
function sanitize_email($text) {
    [$local, $domain] = explode('@', $text, 2) + [1 => ''];
    return preg_replace('/[^a-zA-Z0-9!#$%&\'*+\/=?^_`{|}~.-]/', '', $local) . '@' . preg_replace('/[^a-zA-Z0-9.-]/', '', $domain);
}
function wp_generate_uuid4() {
    static $count = 0;
    return sprintf('00000000-0000-4000-8000-%012d', ++$count);
}
function wp_json_encode($value) { return json_encode($value); }
function wp_salt() { return 'a salt of a test'; }
function wp_unslash($value) { return is_string($value) ? stripslashes($value) : $value; }
function wc_clean($value) { return is_string($value) ? trim(strip_tags($value)) : $value; }
function wp_safe_redirect($to) { throw new Redirected($to); }
function nocache_headers() { World::$headers += 1; }
function wp_add_inline_script($handle, $script) { World::$options["script:$handle"] = $script; }
function wp_get_attachment_image_url($id, $size) { return $id ? "https://shop.test/image-$id.jpg" : false; }
function home_url($path) { return 'https://shop.test' . $path; }
function wc_get_cart_url() { return 'https://shop.test/cart/'; }
function wc_get_checkout_url() { return 'https://shop.test/checkout/'; }
function get_locale() { return 'de_DE'; }
function get_woocommerce_currency() { return 'EUR'; }
function wc_prices_include_tax() { return true; }
function wc_get_price_decimals() { return 2; }
function add_query_arg(...$given) {
    [$more, $url] = is_array($given[0]) ? [$given[0], $given[1]] : [[$given[0] => $given[1]], $given[2]];
    foreach ($more as $name => $value) $url .= (str_contains($url, '?') ? '&' : '?') . "$name=$value";
    return $url;
}
function remove_query_arg($name, $query) {
    parse_str($query, $arguments);
    unset($arguments[$name]);
    return http_build_query($arguments);
}
function WC() { return World::$woocommerce; }

final class WP_REST_Server {
    public static function get_raw_data() { return World::$rawBody; }
}

/** Rows by id; it knows the statements of the companion and no others, and counts them. */
final class Database {
    public string $prefix = 'wp_';
    public array $rows = [];
    public array $log = [];
    public function get_charset_collate() { return ''; }
    public function prepare($sql, ...$values) { return [$sql, $values]; }
    public function query($statement) {
        [$sql, $values] = is_array($statement) ? $statement : [$statement, []];
        $this->log[] = strtok($sql, ' ');
        if (str_starts_with($sql, 'CREATE TABLE IF NOT EXISTS') || str_starts_with($sql, 'DROP TABLE')) return true;
        if (str_starts_with($sql, 'DELETE')) {
            $this->rows = array_filter($this->rows, fn($row) => $row->updated >= $values[0]);
            return true;
        }
        if (!str_starts_with($sql, 'INSERT')) throw new LogicException("no such statement: $sql");
        [$id, $status, $email, $former, $updated, $data, $raw] = $values;
        $rev = ($this->rows[$id]->rev ?? 0) + 1;
        $this->rows[$id] = (object) compact('id', 'rev', 'status', 'email', 'former', 'updated', 'data', 'raw');
        return true;
    }
    public function get_row($statement) {
        $this->log[] = 'SELECT';
        return $this->rows[$statement[1][0]] ?? null;
    }
    public function get_results($statement) {
        [, [$email]] = $statement;
        return array_values(array_filter($this->rows, fn($row) => $row->email === $email || $row->former === $email));
    }
    public function delete($table, $where) {
        $count = isset($this->rows[$where['id']]) ? 1 : 0;
        unset($this->rows[$where['id']]);
        return $count;
    }
}

final class Session {
    public function get($key, $default = null) { return World::$sessions[World::$sessionKey][$key] ?? $default; }
    public function set($key, $value) { World::$sessions[World::$sessionKey][$key] = $value; }
    public function set_customer_session_cookie($set) {}
}

final class Customer {
    public string $email = '';
    public string $firstName = 'Gabi';
    public string $country = 'DE';
    public array $meta = [];
    public function get_billing_email() { return $this->email; }
    public function get_email() { return $this->email; }
    public function get_billing_first_name() { return $this->firstName; }
    public function get_billing_last_name() { return 'Gast'; }
    public function get_billing_country() { return $this->country; }
    public function get_meta_data() { return array_map(fn($key) => (object) ['key' => $key, 'value' => $this->meta[$key]], array_keys($this->meta)); }
}

final class Product {
    public function __construct(public int $id, public string $name, public array $attributes = [], public float $price = 12.9) {}
    public function get_sku() { return "SKU-{$this->id}"; }
    public function get_name() { return $this->name; }
    public function get_permalink($item) { return "https://shop.test/product/{$this->id}/"; }
    public function get_image_id() { return $this->id === 11 ? 7 : 0; }
    public function get_variation_attributes() { return $this->attributes; }
}

final class Cart {
    public array $items = [];
    public array $coupons = [];
    public function is_empty() { return $this->items === []; }
    public function get_cart() { return $this->items; }
    public function get_applied_coupons() { return $this->coupons; }
    public function get_coupon_discount_amount($code) { return 1; }
    public function get_total($how) { return array_sum(array_column($this->items, 'line_total')) * 1.19; }
    public function get_subtotal() { return array_sum(array_column($this->items, 'line_total')); }
    public function get_discount_total() { return count($this->coupons); }
    public function get_shipping_total() { return 0; }
    public function get_fee_total() { return 0; }
    public function get_total_tax() { return $this->get_subtotal() * 0.19; }
    public function empty_cart() { $this->items = []; $this->coupons = []; do_action('woocommerce_cart_emptied', true); }
    public function apply_coupon($code) { $this->coupons[] = $code; do_action('woocommerce_cart_updated'); }
    public function add_to_cart($id, $quantity = 1, $variation = 0, $attributes = [], $extra = []) {
        $product = new Product($variation ?: $id, "Product $id", $variation === 21 ? ['attribute_size' => ''] : []);
        $total = $product->price * $quantity;
        $key = md5(json_encode([$id, $variation, $attributes, $extra]));
        $this->items[$key] = $extra + ['key' => $key, 'product_id' => $id, 'variation_id' => $variation, 'variation' => $attributes, 'quantity' => $quantity, 'data' => $product, 'data_hash' => '', 'line_subtotal' => $total, 'line_total' => $total, 'line_tax' => $total * 0.19];
        do_action('woocommerce_cart_updated');
    }
}

final class Order {
    public array $meta = [];
    public function __construct(public int $id) {}
    public function get_id() { return $this->id; }
    public function get_order_number() { return $this->id; }
    public function update_meta_data($key, $value) { $this->meta[$key] = $value; }
}

final class WooCommerce {
    public ?Session $session;
    public ?Cart $cart;
    public ?Customer $customer;
    public function __construct() {
        $this->session = new Session();
        $this->cart = new Cart();
        $this->customer = new Customer();
    }
}

World::$woocommerce = new WooCommerce();
$GLOBALS['wpdb'] = new Database();
