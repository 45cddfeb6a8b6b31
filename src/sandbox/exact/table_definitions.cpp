#include "sandbox/exact/table_definitions.h"

#include <algorithm>
#include <stdexcept>

#include "sandbox/exact/calculated_properties.h"
#include "sandbox/exact/property_lists.h"

namespace connector::sandbox::exact {
namespace {

using Source = Property::Source;
using Definitions = std::array<TableDefinition, table_count>;

struct Origin {
  std::string_view name;
  TableId table;
};

/// Properties that refer to another record, by GUID or by code, whichever entity they stand in.
constexpr Origin origins[] = {
    {"OrderedBy", TableId::accounts},
    {"DeliverTo", TableId::accounts},
    {"InvoiceTo", TableId::accounts},
    {"DeliveryAccount", TableId::accounts},
    {"Customer", TableId::accounts},
    {"InvoiceAccount", TableId::accounts},
    {"Account", TableId::accounts},
    {"DefaultItem", TableId::items},
    {"Item", TableId::items},
    {"GLAccount", TableId::gl_accounts},
    {"GLRevenue", TableId::gl_accounts},
    {"GLCosts", TableId::gl_accounts},
    {"GLStock", TableId::gl_accounts},
    {"OffsetGLInventory", TableId::gl_accounts},
    {"Journal", TableId::journals},
    {"PaymentConditionSales", TableId::payment_conditions},
    {"PaymentConditionPurchase", TableId::payment_conditions},
    {"PaymentCondition", TableId::payment_conditions},
    {"SalesVATCode", TableId::vat_codes},
    {"SalesVatCode", TableId::vat_codes},
    {"PurchaseVATCode", TableId::vat_codes},
    {"VATCode", TableId::vat_codes},
    {"CostCenter", TableId::cost_centers},
    {"Costcenter", TableId::cost_centers},
    {"CostUnit", TableId::cost_units},
    {"Costunit", TableId::cost_units},
    {"Warehouse", TableId::warehouses},
    {"ItemGroup", TableId::item_groups},
    {"Unit", TableId::units},
    {"ShippingMethod", TableId::shipping_methods},
    {"Document", TableId::documents},
};

void define(Definitions& all, TableId id, std::string name, const char* list, std::vector<std::string> indexed,
            int deleted_entity_type = 0, std::string topic = {}) {
  TableDefinition& definition = all[static_cast<std::size_t>(id)];
  definition.id = id;
  definition.type = EntityType("Exact.Web.Api.Models." + name, list);
  definition.indexed = std::move(indexed);
  definition.deleted_entity_type = deleted_entity_type;
  definition.topic = std::move(topic);
}

void relate(Definitions& all, TableId parent, std::string collection, TableId lines, std::string parent_key) {
  all[static_cast<std::size_t>(parent)].lines = lines;
  all[static_cast<std::size_t>(parent)].lines_property = std::move(collection);
  all[static_cast<std::size_t>(lines)].parent = parent;
  all[static_cast<std::size_t>(lines)].parent_key = std::move(parent_key);
}

Definitions definitions() {
  namespace lists = property_lists;
  Definitions all;
  define(all, TableId::accounts, "Account", lists::crm_accounts, {"Code", "Name", "SearchCode", "Email"}, 2,
         "Accounts");
  define(all, TableId::addresses, "Address", lists::crm_addresses, {"Account"}, 3);
  define(all, TableId::items, "Item", lists::logistics_items, {"Code", "Barcode", "SearchCode"}, 9, "Items");
  define(all, TableId::item_groups, "ItemGroup", lists::logistics_itemgroups, {"Code"});
  define(all, TableId::units, "Unit", lists::logistics_units, {"Code"});
  define(all, TableId::gl_accounts, "GLAccount", lists::financial_glaccounts, {"Code"}, 7);
  define(all, TableId::vat_codes, "VATCode", lists::vat_vatcodes, {"Code"});
  define(all, TableId::cost_centers, "Costcenter", lists::hrm_costcenters, {"Code"});
  define(all, TableId::cost_units, "Costunit", lists::hrm_costunits, {"Code"});
  define(all, TableId::warehouses, "Warehouse", lists::inventory_warehouses, {"Code"});
  define(all, TableId::item_warehouses, "ItemWarehouse", lists::inventory_itemwarehouses, {"Item", "Warehouse"}, 19,
         "StockPositions");
  define(all, TableId::journals, "Journal", lists::financial_journals, {"Code"});
  define(all, TableId::financial_periods, "FinancialPeriod", lists::financial_financialperiods, {});
  define(all, TableId::payment_conditions, "PaymentCondition", lists::cashflow_paymentconditions, {"Code"});
  define(all, TableId::layouts, "Layout", lists::salesinvoice_layouts, {});
  define(all, TableId::shipping_methods, "ShippingMethod", lists::sales_shippingmethods, {"Code"});
  define(all, TableId::sales_orders, "SalesOrder", lists::salesorder_salesorders, {"YourRef", "OrderNumber"}, 12,
         "SalesOrders");
  define(all, TableId::sales_order_lines, "SalesOrderLine", lists::salesorder_salesorderlines, {});
  define(all, TableId::goods_deliveries, "GoodsDelivery", lists::salesorder_goodsdeliveries,
         {"DeliveryNumber", "EntryNumber", "TrackingNumber"}, 16, "GoodsDeliveries");
  define(all, TableId::goods_delivery_lines, "GoodsDeliveryLine", lists::salesorder_goodsdeliverylines,
         {"SalesOrderLineID", "SalesOrderNumber"}, 17);
  define(all, TableId::sales_invoices, "SalesInvoice", lists::salesinvoice_salesinvoices,
         {"YourRef", "OrderNumber", "InvoiceNumber"}, 13, "SalesInvoices");
  define(all, TableId::sales_invoice_lines, "SalesInvoiceLine", lists::salesinvoice_salesinvoicelines,
         {"SalesOrder", "SalesOrderLine", "SalesOrderNumber"});
  define(all, TableId::sales_entries, "SalesEntry", lists::salesentry_salesentries,
         {"YourRef", "EntryNumber", "InvoiceNumber", "OrderNumber"}, 0, "SalesEntries");
  define(all, TableId::sales_entry_lines, "SalesEntryLine", lists::salesentry_salesentrylines, {});
  define(all, TableId::receivables, "Receivable", lists::cashflow_receivables,
         {"YourRef", "InvoiceNumber", "EntryNumber"}, 10);
  define(all, TableId::documents, "Document", lists::documents_documents, {"SalesInvoiceNumber"}, 6, "Documents");
  define(all, TableId::stock_counts, "StockCount", lists::inventory_stockcounts, {"StockCountNumber", "Description"});
  define(all, TableId::stock_count_lines, "StockCountLine", lists::inventory_stockcountlines, {"Item"});
  define(all, TableId::sales_item_prices, "SalesItemPrice", lists::logistics_salesitemprices, {"Item"}, 8,
         "ItemPrices");
  define(all, TableId::webhook_subscriptions, "WebhookSubscription", lists::webhooks_webhooksubscriptions, {});
  define(all, TableId::deleted, "Deleted", lists::sync_deleted, {});
  define(all, TableId::divisions, "Division", lists::system_divisions, {});
  define(all, TableId::me, "Me", lists::current_me, {});
  define(all, TableId::contacts, "Contact", lists::crm_contacts, {"Account", "Email"}, 5, "Contacts");
  define(all, TableId::bank_accounts, "BankAccount", lists::crm_bankaccounts, {"Account"});
  define(all, TableId::sales_channels, "SalesChannel", lists::sales_saleschannels, {"Code"});
  define(all, TableId::currencies, "Currency", lists::general_currencies, {"Code"});
  define(all, TableId::vat_percentages, "VatPercentage", lists::vat_vatpercentages, {"VATCodeID"});
  define(all, TableId::reason_codes, "ReasonCode", lists::logistics_reasoncodes, {"Code"});
  define(all, TableId::general_journal_entries, "GeneralJournalEntry", lists::generaljournalentry_generaljournalentries,
         {"EntryNumber"}, 0, "GeneralJournalEntries");
  define(all, TableId::general_journal_entry_lines, "GeneralJournalEntryLine",
         lists::generaljournalentry_generaljournalentrylines, {});
  relate(all, TableId::sales_orders, "SalesOrderLines", TableId::sales_order_lines, "OrderID");
  relate(all, TableId::goods_deliveries, "GoodsDeliveryLines", TableId::goods_delivery_lines, "EntryID");
  relate(all, TableId::sales_invoices, "SalesInvoiceLines", TableId::sales_invoice_lines, "InvoiceID");
  relate(all, TableId::sales_entries, "SalesEntryLines", TableId::sales_entry_lines, "EntryID");
  relate(all, TableId::general_journal_entries, "GeneralJournalEntryLines", TableId::general_journal_entry_lines,
         "EntryID");
  relate(all, TableId::stock_counts, "StockCountLines", TableId::stock_count_lines, "StockCountID");
  return all;
}

/// Finds what a read-only "ItemCode" or "JournalDescription" looks up.
bool link_lookup(const Definitions& all, const EntityType& type, Property& property) {
  for (const Origin& origin : origins) {
    if (property.name.size() <= origin.name.size() || !property.name.starts_with(origin.name)) continue;
    const Property* from = nullptr;
    for (const std::string_view suffix : {"", "ID", "Id", "Code"}) {
      from = type.find(std::string(origin.name) + std::string(suffix));
      if (from != nullptr && from->name != property.name) break;
      from = nullptr;
    }
    const EntityType& target = all[static_cast<std::size_t>(origin.table)].type;
    const std::string_view wanted = std::string_view(property.name).substr(origin.name.size());
    const Property* to = target.find(origin.table == TableId::documents && wanted == "Number" ? "HID" : wanted);
    if (from == nullptr || to == nullptr) continue;
    property.source = Source::lookup;
    property.origin = type.index(from->name);
    property.target = origin.table;
    property.target_property = target.index(to->name);
    return true;
  }
  return false;
}

void link(const Definitions& all, TableDefinition& definition) {
  auto& properties = definition.type.mutable_properties();
  for (PropertyIndex i = 0; i < properties.size(); ++i) {
    Property& property = properties[i];
    property.origin = i;
    if (const auto calculate = calculation(definition.id, property.name)) {
      property.source = Source::calculated;
      property.calculate = calculate;
    } else if (property.is_key && property.type == EdmType::guid && definition.id != TableId::me) {
      property.source = Source::key;
    } else if (!definition.parent_key.empty() && property.name == definition.parent_key) {
      property.source = Source::parent_key;
    } else if (property.name == "Division") {
      property.source = Source::division;
    } else if (property.name == "Creator" || property.name == "Modifier" ||
               (property.name == "UserID" && definition.id == TableId::webhook_subscriptions)) {
      property.source = Source::user;
    } else if (property.name == "CreatorFullName" || property.name == "ModifierFullName") {
      property.source = Source::user_name;
    } else if (property.name == "Created") {
      property.source = Source::created;
    } else if (property.name == "Modified") {
      property.source = Source::modified;
    } else if (property.name == "Timestamp") {
      property.source = Source::timestamp;
    } else if (property.type == EdmType::collection) {
      property.source = property.name == definition.lines_property ? Source::children : Source::nothing;
    } else if (property.type == EdmType::complex || property.type == EdmType::binary) {
      property.source = Source::nothing;
    } else if (!property.in_post && !property.in_put) {
      link_lookup(all, definition.type, property);
    }
  }
  if (!definition.type.key()) throw std::logic_error(definition.type.name() + " has no key");
}

Definitions linked_definitions() {
  Definitions all = definitions();
  for (TableDefinition& definition : all) link(all, definition);
  return all;
}

}  // namespace

const TableDefinition& table_definition(TableId id) {
  static const Definitions all = linked_definitions();
  return all[static_cast<std::size_t>(id)];
}

void link_view(EntityType& view, TableId id, const std::vector<std::pair<std::string, std::string>>& aliases) {
  const TableDefinition& own = table_definition(id);
  const TableDefinition* parent = own.parent == TableId::none ? nullptr : &table_definition(own.parent);
  for (Property& property : view.mutable_properties()) {
    std::string_view wanted = property.name;
    for (const auto& [view_name, own_name] : aliases) {
      if (view_name == property.name) wanted = own_name;
    }
    if (const Property* same = own.type.find(wanted)) {
      property.source = same->source;
      property.origin = same->origin;
      property.target = same->target;
      property.target_property = same->target_property;
      property.calculate = same->calculate;
    } else if (property.name == "Timestamp") {
      property.source = Source::timestamp;
    } else if (parent != nullptr && parent->type.find(wanted) != nullptr) {
      property.source = Source::parent;
      property.origin = parent->type.index(wanted);
    } else if (const auto calculate = calculation(id, property.name)) {
      property.source = Source::calculated;
      property.calculate = calculate;
    } else {
      property.source = Source::nothing;
    }
  }
}

}  // namespace connector::sandbox::exact
