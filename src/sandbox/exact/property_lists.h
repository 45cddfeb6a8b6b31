#pragma once

/// Property lists of the simulated resources (exact-properties.md): `Name:type:flags` separated by blanks. Types: g
/// Guid, s String, d Double, h Int16, i Int32, l Int64, y Byte, b Boolean, t DateTime, x Binary, c collection, o
/// complex. Flags: K key, P accepted in POST, U accepted in PUT.
namespace connector::sandbox::exact::property_lists {

extern const char* const salesorder_salesorders;
extern const char* const salesorder_salesorderlines;
extern const char* const salesorder_goodsdeliveries;
extern const char* const salesorder_goodsdeliverylines;
extern const char* const salesinvoice_salesinvoices;
extern const char* const salesinvoice_salesinvoicelines;
extern const char* const salesinvoice_printedsalesinvoices;
extern const char* const salesinvoice_invoicesalesorders;
extern const char* const salesinvoice_layouts;
extern const char* const sync_salesinvoice_salesinvoices;
extern const char* const sync_salesorder_salesorders;
extern const char* const financial_glaccounts;
extern const char* const financial_journals;
extern const char* const financial_financialperiods;
extern const char* const vat_vatcodes;
extern const char* const hrm_costcenters;
extern const char* const hrm_costunits;
extern const char* const cashflow_paymentconditions;
extern const char* const cashflow_receivables;
extern const char* const read_financial_receivableslist;
extern const char* const salesentry_salesentries;
extern const char* const salesentry_salesentrylines;
extern const char* const documents_documents;
extern const char* const logistics_items;
extern const char* const logistics_itemgroups;
extern const char* const logistics_units;
extern const char* const logistics_salesitemprices;
extern const char* const sales_shippingmethods;
extern const char* const inventory_warehouses;
extern const char* const inventory_itemwarehouses;
extern const char* const inventory_stockcounts;
extern const char* const inventory_stockcountlines;
extern const char* const inventory_processstockcount;
extern const char* const sync_inventory_stockpositions;
extern const char* const sync_inventory_itemwarehouses;
extern const char* const read_logistics_stockposition;
extern const char* const crm_accounts;
extern const char* const crm_addresses;
extern const char* const system_divisions;
extern const char* const current_me;
extern const char* const system_users;
extern const char* const sync_deleted;
extern const char* const webhooks_webhooksubscriptions;
extern const char* const crm_contacts;
extern const char* const crm_bankaccounts;
extern const char* const generaljournalentry_generaljournalentries;
extern const char* const generaljournalentry_generaljournalentrylines;
extern const char* const general_currencies;
extern const char* const vat_vatpercentages;
extern const char* const sync_cashflow_paymentterms;
extern const char* const logistics_reasoncodes;
extern const char* const sales_saleschannels;
extern const char* const salesorder_printedsalesorders;

}  // namespace connector::sandbox::exact::property_lists
