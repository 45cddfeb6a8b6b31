#include "sandbox/exact/messages.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

struct Wording {
  std::string_view english;
  std::string_view dutch;
};

Wording wording(Complaint complaint) {
  switch (complaint) {
    case Complaint::mandatory:
      return {"Mandatory: ", "Verplicht: "};
    case Complaint::invalid:
      return {"Invalid: ", "Ongeldig: "};
    case Complaint::invalid_reference:
      return {"Invalid reference: ", "Ongeldige referentie: "};
    case Complaint::not_allowed:
      return {"Not allowed: ", "Niet toegestaan: "};
    case Complaint::blocked:
      return {"Blocked: ", "Geblokkeerd: "};
    case Complaint::in_use:
      return {"In use: ", "In gebruik: "};
    case Complaint::already_exists:
      return {"Already exists: ", "Bestaat reeds: "};
    case Complaint::not_found:
      return {"Not found: ", "Niet gevonden: "};
    case Complaint::not_in_stock:
      return {"Not enough stock: ", "Onvoldoende voorraad: "};
  }
  return {};
}

Wording wording(Term term) {
  switch (term) {
    case Term::account:
      return {"Account", "Relatie"};
    case Term::amount:
      return {"Amount", "Bedrag"};
    case Term::balance:
      return {"Balance", "Saldo"};
    case Term::callback_url:
      return {"Callback URL", "Callback-URL"};
    case Term::code:
      return {"Code", "Code"};
    case Term::cost_center:
      return {"Cost center", "Kostenplaats"};
    case Term::cost_center_link:
      return {"Cost center link", "Koppeling kostenplaats"};
    case Term::cost_unit:
      return {"Cost unit", "Kostendrager"};
    case Term::currency:
      return {"Currency", "Valuta"};
    case Term::customer_type:
      return {"Customer (Type)", "Klant (Type)"};
    case Term::customer:
      return {"Customer", "Klant"};
    case Term::deliver_to:
      return {"Deliver to", "Leveren aan"};
    case Term::delivery_date:
      return {"Delivery date", "Leverdatum"};
    case Term::description:
      return {"Description", "Omschrijving"};
    case Term::entry_number:
      return {"Entry number", "Boekstuknummer"};
    case Term::gl_account:
      return {"G/L account", "Grootboekrekening"};
    case Term::gl_account_type:
      return {"G/L account type", "Grootboekrekeningtype"};
    case Term::invoice:
      return {"Invoice", "Factuur"};
    case Term::invoice_to:
      return {"Invoice to", "Factuur voor"};
    case Term::invoice_to_type:
      return {"Invoice to (Type)", "Factuur voor (Type)"};
    case Term::item:
      return {"Item", "Artikel"};
    case Term::item_group:
      return {"Item group", "Artikelgroep"};
    case Term::item_sales:
      return {"Item (Sales)", "Artikel (Verkoop)"};
    case Term::journal:
      return {"Journal", "Dagboek"};
    case Term::journal_type:
      return {"Journal (type)", "Dagboek (type)"};
    case Term::layout:
      return {"Layout", "Lay-out"};
    case Term::lines:
      return {"Lines", "Regels"};
    case Term::name:
      return {"Name", "Naam"};
    case Term::order_number:
      return {"Order number", "Ordernummer"};
    case Term::ordered_by:
      return {"Ordered by", "Besteld door"};
    case Term::payment_condition:
      return {"Payment condition", "Betalingsconditie"};
    case Term::price:
      return {"Price", "Prijs"};
    case Term::quantity:
      return {"Quantity", "Aantal"};
    case Term::sales_order:
      return {"Sales order", "Verkooporder"};
    case Term::sales_order_line:
      return {"Sales order line", "Verkooporderregel"};
    case Term::stock_count:
      return {"Stock count", "Voorraadtelling"};
    case Term::stock_count_date:
      return {"Stock count date", "Teldatum"};
    case Term::stock_item:
      return {"Item (Stock)", "Artikel (Voorraad)"};
    case Term::subject:
      return {"Subject", "Onderwerp"};
    case Term::topic:
      return {"Topic", "Onderwerp"};
    case Term::type:
      return {"Type", "Type"};
    case Term::vat_code:
      return {"VAT code", "BTW-code"};
    case Term::vat_percentage:
      return {"VAT percentage []", "BTW-percentage []"};
    case Term::warehouse:
      return {"Warehouse", "Magazijn"};
  }
  return {};
}

std::string_view pick(Language language, Wording wording) {
  return language == Language::dutch ? wording.dutch : wording.english;
}

}  // namespace

std::string say(Language language, Complaint complaint, Term term) {
  std::string text(pick(language, wording(complaint)));
  text += pick(language, wording(term));
  return text;
}

std::string already_processed(Language language) {
  return std::string(pick(language, {"Already processed", "Reeds verwerkt"}));
}

std::string data_already_exists(Language language) {
  return std::string(pick(language, {"Data already exists.", "Gegeven bestaat reeds."}));
}

std::string period_is_closed(Language language, int year, int period) {
  std::string text(pick(language, {"Period is closed: ", "Periode is afgesloten: "}));
  text += std::to_string(year) + " - " + std::to_string(period);
  return text;
}

std::string unknown_financial_year() { return "Unknown: Financial year (Period-date table)"; }

std::string problem_has_occurred() {
  return "A problem has occurred. The cause of this issue will be investigated as soon as possible.";
}

void Problems::add(Complaint complaint, Term term) { add(say(language_, complaint, term)); }

void Problems::add(std::string text) {
  if (std::find(texts_.begin(), texts_.end(), text) == texts_.end()) texts_.push_back(std::move(text));
}

std::string Problems::joined() const {
  std::string all;
  for (const std::string& text : texts_) {
    if (!all.empty()) all += "\r\n";
    all += text;
  }
  return all;
}

}  // namespace connector::sandbox::exact
