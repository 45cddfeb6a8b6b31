#include <map>
#include <stdexcept>

#include "sandbox/exact/general_journal.h"
#include "sandbox/exact/goods_deliveries.h"
#include "sandbox/exact/invoice_printing.h"
#include "sandbox/exact/order_invoicing.h"
#include "sandbox/exact/property_lists.h"
#include "sandbox/exact/reference_data.h"
#include "sandbox/exact/resource.h"
#include "sandbox/exact/sales_entries.h"
#include "sandbox/exact/sales_invoices.h"
#include "sandbox/exact/sales_orders.h"
#include "sandbox/exact/stock_counts.h"
#include "sandbox/exact/webhooks.h"

namespace connector::sandbox::exact {
namespace {

using Aliases = std::vector<std::pair<std::string, std::string>>;

/// All resources by path, the part before the last '/' in lower case.
class Resources {
 public:
  Resources() {
    add_plain();
    add_writers();
    add_sync();
    add_bulk();
    add_reads();
  }

  const Resource* find(std::string_view path) const {
    const auto found = by_path_.find(normalized(path));
    return found == by_path_.end() ? nullptr : found->second.get();
  }

  const Resource& plain(TableId table) const {
    const auto found = plain_.find(table);
    if (found == plain_.end()) throw std::logic_error("no resource shows this table");
    return *found->second;
  }

 private:
  static std::string normalized(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return std::string(path);
    return lower_case(path.substr(0, slash)) + std::string(path.substr(slash));
  }

  Resource& add(std::string path, TableId table, const EntityType& type, Resource::Kind kind = Resource::Kind::plain) {
    auto resource = std::make_unique<Resource>();
    resource->path = std::move(path);
    resource->area = lower_case(resource->path.substr(0, resource->path.rfind('/')));
    for (const std::string_view prefix : {"sync/", "bulk/", "read/"}) {
      if (resource->area.starts_with(prefix)) resource->area.erase(0, prefix.size());
    }
    resource->table = table;
    resource->type = &type;
    resource->kind = kind;
    Resource& added = *resource;
    by_path_[normalized(added.path)] = std::move(resource);
    return added;
  }

  Resource& plain(std::string path, TableId table, Action create = nullptr, Action update = nullptr,
                  Action remove = nullptr) {
    Resource& resource = add(std::move(path), table, table_definition(table).type);
    resource.create = create;
    resource.update = update;
    resource.remove = remove;
    plain_.emplace(table, &resource);
    return resource;
  }

  const EntityType& keep(EntityType type) {
    return *types_.emplace_back(std::make_unique<EntityType>(std::move(type)));
  }

  void add_plain() {
    plain("current/Me", TableId::me).outside_division = true;
    plain("system/Divisions", TableId::divisions);
    add("hrm/Divisions", TableId::divisions, table_definition(TableId::divisions).type);
    add("system/AllDivisions", TableId::divisions, table_definition(TableId::divisions).type);
    plain("crm/Accounts", TableId::accounts, create_account, update_record, delete_record).needs_filter = true;
    plain("crm/Addresses", TableId::addresses, create_address, update_record, delete_record).has_sync_twin = true;
    plain("crm/Contacts", TableId::contacts, create_contact, update_record, delete_record).has_sync_twin = true;
    plain("crm/BankAccounts", TableId::bank_accounts);
    plain("general/Currencies", TableId::currencies);
    plain("vat/VatPercentages", TableId::vat_percentages);
    plain("logistics/ReasonCodes", TableId::reason_codes);
    plain("sales/SalesChannels", TableId::sales_channels, create_coded, update_record, delete_record).edition =
        Edition::sales_orders;
    plain("generaljournalentry/GeneralJournalEntries", TableId::general_journal_entries, create_general_journal_entry,
          nullptr, delete_general_journal_entry)
        .needs_select = true;
    plain("generaljournalentry/GeneralJournalEntryLines", TableId::general_journal_entry_lines);
    plain("logistics/Items", TableId::items, create_item, update_record, delete_record).needs_filter = true;
    plain("logistics/ItemGroups", TableId::item_groups);
    plain("logistics/Units", TableId::units);
    plain("logistics/SalesItemPrices", TableId::sales_item_prices, create_sales_item_price, update_record,
          delete_record)
        .needs_select = true;
    plain("sales/ShippingMethods", TableId::shipping_methods).edition = Edition::sales_orders;
    plain("financial/GLAccounts", TableId::gl_accounts, create_coded, update_record, delete_record).has_sync_twin =
        true;
    plain("financial/Journals", TableId::journals, create_coded, update_record, delete_record);
    plain("financial/FinancialPeriods", TableId::financial_periods);
    plain("vat/VATCodes", TableId::vat_codes, create_coded, update_record, delete_record);
    plain("hrm/Costcenters", TableId::cost_centers, create_coded, update_record, delete_record);
    plain("hrm/Costunits", TableId::cost_units, create_coded, update_record, delete_record);
    plain("cashflow/PaymentConditions", TableId::payment_conditions, create_coded);
    plain("cashflow/Receivables", TableId::receivables, nullptr, update_record);
    plain("documents/Documents", TableId::documents, create_document, update_record, delete_record);
    plain("webhooks/WebhookSubscriptions", TableId::webhook_subscriptions, create_webhook_subscription,
          update_webhook_subscription, delete_record);

    plain("inventory/Warehouses", TableId::warehouses, create_coded, update_record, delete_record).edition =
        Edition::sales_orders;
    plain("inventory/ItemWarehouses", TableId::item_warehouses, create_item_warehouse, update_record, delete_record)
        .edition = Edition::sales_orders;
    plain("inventory/StockCounts", TableId::stock_counts, create_stock_count, update_stock_count, delete_stock_count)
        .edition = Edition::sales_orders;
    plain("inventory/StockCountLines", TableId::stock_count_lines, create_stock_count_line, update_stock_count_line,
          delete_stock_count_line)
        .edition = Edition::sales_orders;

    plain("salesorder/SalesOrders", TableId::sales_orders, create_sales_order, update_sales_order, delete_sales_order)
        .edition = Edition::sales_orders;
    plain("salesorder/SalesOrderLines", TableId::sales_order_lines, create_sales_order_line, update_sales_order_line,
          delete_sales_order_line)
        .edition = Edition::sales_orders;
    plain("salesorder/GoodsDeliveries", TableId::goods_deliveries, create_goods_delivery, update_goods_delivery)
        .edition = Edition::sales_orders;
    plain("salesorder/GoodsDeliveryLines", TableId::goods_delivery_lines, nullptr, update_goods_delivery_line).edition =
        Edition::sales_orders;
    plain("salesinvoice/SalesInvoices", TableId::sales_invoices, create_sales_invoice, update_sales_invoice,
          delete_sales_invoice)
        .has_sync_twin = true;
    plain("salesinvoice/SalesInvoiceLines", TableId::sales_invoice_lines, create_sales_invoice_line,
          update_sales_invoice_line, delete_sales_invoice_line);
    plain("salesinvoice/Layouts", TableId::layouts);
    plain("salesentry/SalesEntries", TableId::sales_entries, create_sales_entry, update_sales_entry,
          delete_sales_entry);
    plain("salesentry/SalesEntryLines", TableId::sales_entry_lines);
    for (const TableId table : {TableId::accounts, TableId::items, TableId::sales_item_prices, TableId::item_warehouses,
                                TableId::sales_orders, TableId::sales_order_lines, TableId::goods_deliveries,
                                TableId::goods_delivery_lines}) {
      plain_[table]->has_sync_twin = true;
    }
  }

  /// Resources that only take a POST and keep nothing under their own name.
  void add_writers() {
    namespace lists = property_lists;
    const auto writer = [this](std::string path, std::string name, const char* list, Action create) -> Resource& {
      Resource& resource = add(std::move(path), TableId::none, keep(EntityType("Exact.Web.Api.Models." + name, list)));
      resource.readable = false;
      resource.create = create;
      return resource;
    };
    writer("salesinvoice/PrintedSalesInvoices", "PrintedSalesInvoice", lists::salesinvoice_printedsalesinvoices,
           create_printed_sales_invoice);
    writer("salesorder/PrintedSalesOrders", "PrintedSalesOrder", lists::salesorder_printedsalesorders,
           create_printed_sales_order)
        .edition = Edition::sales_orders;
    writer("salesinvoice/InvoiceSalesOrders", "InvoiceSalesOrder", lists::salesinvoice_invoicesalesorders,
           create_invoice_sales_orders)
        .edition = Edition::sales_orders;
    writer("inventory/ProcessStockCount", "ProcessStockCount", lists::inventory_processstockcount, process_stock_count)
        .edition = Edition::sales_orders;
  }

  Resource& view(std::string path, TableId table, Resource::Kind kind, EntityType type, const Aliases& aliases = {}) {
    link_view(type, table, aliases);
    Resource& resource = add(std::move(path), table, keep(std::move(type)), kind);
    const auto plain = plain_.find(table);
    if (plain != plain_.end()) resource.edition = plain->second->edition;
    return resource;
  }

  /// A table's own properties with the Timestamp in front, less those that its sync resource lacks.
  EntityType with_timestamp(TableId table, const std::vector<std::string>& without = {}) {
    const EntityType& own = table_definition(table).type;
    EntityType type(own.name(), "Timestamp:l");
    for (const Property& property : own.properties()) type.add(property);
    for (const std::string& name : without) type.remove(name);
    return type;
  }

  void add_sync() {
    namespace lists = property_lists;
    constexpr auto sync = Resource::Kind::sync;
    view("sync/CRM/Accounts", TableId::accounts, sync, with_timestamp(TableId::accounts));
    view("sync/CRM/Addresses", TableId::addresses, sync, with_timestamp(TableId::addresses));
    view("sync/CRM/Contacts", TableId::contacts, sync, with_timestamp(TableId::contacts));
    view("sync/Cashflow/PaymentTerms", TableId::receivables, sync,
         EntityType("Exact.Web.Api.Models.PaymentTerm", lists::sync_cashflow_paymentterms));
    view("sync/Logistics/Items", TableId::items, sync,
         with_timestamp(TableId::items, {"IsBatchNumberItem", "IsSerialNumberItem", "StandardSalesPrice"}));
    view("sync/Logistics/SalesItemPrices", TableId::sales_item_prices, sync,
         with_timestamp(TableId::sales_item_prices));
    view("sync/Financial/GLAccounts", TableId::gl_accounts, sync, with_timestamp(TableId::gl_accounts));
    view("sync/Inventory/ItemWarehouses", TableId::item_warehouses, sync,
         EntityType("Exact.Web.Api.Models.ItemWarehouse", lists::sync_inventory_itemwarehouses));
    view("sync/Inventory/StockPositions", TableId::item_warehouses, sync,
         EntityType("Exact.Web.Api.Models.StockPosition", lists::sync_inventory_stockpositions),
         {{"ItemId", "Item"},
          {"PlanningIn", "PlannedStockIn"},
          {"PlanningOut", "PlannedStockOut"},
          {"UnitCode", "ItemUnit"},
          {"UnitDescription", "ItemUnitDescription"}});
    view("sync/SalesInvoice/SalesInvoices", TableId::sales_invoice_lines, sync,
         EntityType("Exact.Web.Api.Models.SalesInvoice", lists::sync_salesinvoice_salesinvoices));
    view("sync/SalesOrder/SalesOrders", TableId::sales_order_lines, sync,
         EntityType("Exact.Web.Api.Models.SalesOrder", lists::sync_salesorder_salesorders));
    view("sync/SalesOrder/SalesOrderHeaders", TableId::sales_orders, sync, with_timestamp(TableId::sales_orders));
    view("sync/SalesOrder/SalesOrderLines", TableId::sales_order_lines, sync,
         with_timestamp(TableId::sales_order_lines));
    view("sync/SalesOrder/GoodsDeliveries", TableId::goods_deliveries, sync, with_timestamp(TableId::goods_deliveries));
    view("sync/SalesOrder/GoodsDeliveryLines", TableId::goods_delivery_lines, sync,
         with_timestamp(TableId::goods_delivery_lines));
    view("sync/Documents/Documents", TableId::documents, sync, with_timestamp(TableId::documents));
    Resource& deleted = add("sync/Deleted", TableId::deleted, table_definition(TableId::deleted).type, sync);
    deleted.area = "system";
    plain_.emplace(TableId::deleted, &deleted);
  }

  void add_bulk() {
    const auto bulk = [this](std::string path, TableId table) {
      Resource& resource = add("bulk/" + std::move(path), table, table_definition(table).type, Resource::Kind::bulk);
      resource.edition = plain_.at(table)->edition;
      resource.needs_select = true;
      resource.has_sync_twin = plain_.at(table)->has_sync_twin;
    };
    bulk("CRM/Accounts", TableId::accounts);
    bulk("CRM/Addresses", TableId::addresses);
    bulk("CRM/Contacts", TableId::contacts);
    bulk("Logistics/Items", TableId::items);
    bulk("Logistics/SalesItemPrices", TableId::sales_item_prices);
    bulk("Financial/GLAccounts", TableId::gl_accounts);
    bulk("SalesInvoice/SalesInvoices", TableId::sales_invoices);
    bulk("SalesInvoice/SalesInvoiceLines", TableId::sales_invoice_lines);
    bulk("SalesOrder/SalesOrders", TableId::sales_orders);
    bulk("SalesOrder/SalesOrderLines", TableId::sales_order_lines);
    bulk("SalesOrder/GoodsDeliveries", TableId::goods_deliveries);
    bulk("SalesOrder/GoodsDeliveryLines", TableId::goods_delivery_lines);
    bulk("Cashflow/Receivables", TableId::receivables);
    bulk("Documents/Documents", TableId::documents);
  }

  void add_reads() {
    view("system/Users", TableId::me, Resource::Kind::plain,
         EntityType("Exact.Web.Api.Models.User", property_lists::system_users))
        .outside_division = true;
    view("read/financial/ReceivablesList", TableId::receivables, Resource::Kind::plain,
         EntityType("Exact.Web.Api.Models.ReceivablesList", property_lists::read_financial_receivableslist),
         {{"AccountId", "Account"},
          {"Amount", "AmountFC"},
          {"CurrencyCode", "Currency"},
          {"JournalCode", "Journal"},
          {"HID", "EntryNumber"},
          {"Id", "ID"}});
  }

  std::map<std::string, std::unique_ptr<Resource>, std::less<>> by_path_;
  std::map<TableId, Resource*> plain_;
  std::vector<std::unique_ptr<EntityType>> types_;
};

const Resources& resources() {
  static const Resources all;
  return all;
}

}  // namespace

const Resource* find_resource(std::string_view path) { return resources().find(path); }
const Resource& resource_of(TableId table) { return resources().plain(table); }

}  // namespace connector::sandbox::exact
