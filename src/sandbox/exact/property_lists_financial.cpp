#include "sandbox/exact/property_lists.h"

namespace connector::sandbox::exact::property_lists {

const char* const financial_glaccounts =
    "ID:g:KPU AssimilatedVATBox:h:PU BalanceSide:s:PU BalanceType:s:PU BelcotaxType:i:PU Code:s:PU Compress:b:PU "
    "Costcenter:s:PU CostcenterDescription:s Costunit:s:PU CostunitDescription:s Created:t Creator:g "
    "CreatorFullName:s DeductibilityPercentages:c:PU Description:s:PU DescriptionTermID:i:PU Division:i "
    "ExcludeVATListing:y:PU ExpenseNonDeductiblePercentage:d:PU IsBlocked:b:PU Matching:b:PU Modified:t "
    "Modifier:g ModifierFullName:s PrivateGLAccount:g:PU PrivatePercentage:d:PU ReportingCode:s:PU "
    "RevalueCurrency:b:PU SearchCode:s:PU Type:i:PU TypeDescription:s UseCostcenter:y:PU UseCostunit:y:PU "
    "VATCode:s:PU VATDescription:s VATGLAccountType:s:PU VATNonDeductibleGLAccount:g:PU "
    "VATNonDeductiblePercentage:d:PU VATSystem:s:PU YearEndCostGLAccount:g:PU YearEndReflectionGLAccount:g:PU "
    "AllowCostsInSales:i CustomField:s";

const char* const financial_journals =
    "ID:g:KPU AllowVariableCurrency:b:PU AllowVariableExchangeRate:b:PU AllowVAT:b:PU AutoSave:b:PU Bank:g:PU "
    "BankAccountBICCode:s BankAccountCountry:s BankAccountDescription:s BankAccountIBAN:s BankAccountID:g:PU "
    "BankAccountIncludingMask:s:PU BankAccountUseSEPA:b BankAccountUseSepaDirectDebit:b BankName:s Code:s:PU "
    "Created:t Creator:g CreatorFullName:s Currency:s:PU CurrencyDescription:s Description:s:PU Division:i "
    "GLAccount:g:PU GLAccountCode:s GLAccountDescription:s GLAccountType:i IsBlocked:b:PU Modified:t Modifier:g "
    "ModifierFullName:s PaymentInTransitAccount:g:PU PaymentServiceAccountIdentifier:s:PU "
    "PaymentServiceProvider:i:PU PaymentServiceProviderName:s Type:i:PU CustomField:s";

const char* const financial_financialperiods =
    "ID:g:KPU Created:t Creator:g CreatorFullName:s Division:i EndDate:t:PU FinPeriod:h:PU FinYear:h:PU "
    "Modified:t Modifier:g ModifierFullName:s StartDate:t:PU";

const char* const vat_vatcodes =
    "ID:g:KPU Account:g:PU AccountCode:s AccountName:s CalculationBasis:y:PU Charged:b:PU Code:s:PU Country:s "
    "Created:t Creator:g CreatorFullName:s Description:s:PU Division:i EUSalesListing:s:PU "
    "ExcludeVATListing:y:PU GLDiscountPurchase:g:PU GLDiscountPurchaseCode:s GLDiscountPurchaseDescription:s "
    "GLDiscountSales:g:PU GLDiscountSalesCode:s GLDiscountSalesDescription:s GLToClaim:g:PU GLToClaimCode:s "
    "GLToClaimDescription:s GLToPay:g:PU GLToPayCode:s GLToPayDescription:s IntraStat:b:PU IntrastatType:s:PU "
    "IsBlocked:b:PU LegalText:s:PU Modified:t Modifier:g ModifierFullName:s OssCountry:s:PU Percentage:d "
    "TaxReturnType:h:PU Type:s:PU VatDocType:s:PU VatMargin:y:PU VATPartialRatio:h:PU VATPercentages:c:PU "
    "VATTransactionType:s:PU CustomField:s";

const char* const hrm_costcenters =
    "ID:g:KPU Active:b:PU Code:s:P Created:t Creator:g CreatorFullName:s Description:s:PU Division:i "
    "EndDate:t:PU Modified:t Modifier:g ModifierFullName:s CustomField:s";

const char* const hrm_costunits =
    "ID:g:KPU Code:s:P Created:t Creator:g CreatorFullName:s Description:s:PU Division:i EndDate:t:PU Modified:t "
    "Modifier:g ModifierFullName:s CustomField:s";

const char* const cashflow_paymentconditions =
    "ID:g:KPU Code:s:PU Created:t Creator:g CreatorFullName:s CreditManagementScenario:g:PU "
    "CreditManagementScenarioCode:s CreditManagementScenarioDescription:s Description:s:PU "
    "DiscountCalculation:s:PU DiscountPaymentDays:i:PU DiscountPercentage:d:PU Division:i Modified:t Modifier:g "
    "ModifierFullName:s PaymentDays:i:PU PaymentDiscountType:s:PU PaymentEndOfMonths:i:PU PaymentMethod:s:PU "
    "Percentage:d:PU VATCalculation:s:PU";

const char* const cashflow_receivables =
    "ID:g:KPU Account:g AccountBankAccountID:g AccountBankAccountNumber:s AccountCode:s AccountContact:g "
    "AccountContactName:s AccountCountry:s AccountName:s AmountDC:d AmountDiscountDC:d AmountDiscountFC:d "
    "AmountFC:d BankAccountID:g BankAccountNumber:s CashflowTransactionBatchCode:s Created:t Creator:g "
    "CreatorFullName:s Currency:s Description:s:PU DirectDebitMandate:g DirectDebitMandateDescription:s "
    "DirectDebitMandatePaymentType:h DirectDebitMandateReference:s DirectDebitMandateType:h DiscountDueDate:t "
    "Division:i Document:g DocumentNumber:i DocumentSubject:s DueDate:t EndDate:t EndPeriod:h EndToEndID:s "
    "EndYear:h EntryDate:t EntryID:g EntryNumber:i GLAccount:g GLAccountCode:s GLAccountDescription:s "
    "InvoiceDate:t InvoiceNumber:i IsBatchBooking:y IsFullyPaid:b Journal:s JournalDescription:s "
    "LastPaymentDate:t Modified:t Modifier:g ModifierFullName:s OrderNumber:i PaymentCondition:s "
    "PaymentConditionDescription:s PaymentDays:i PaymentDaysDiscount:i PaymentDiscountPercentage:d "
    "PaymentInformationID:s PaymentMethod:s:PU PaymentReference:s:PU RateFC:d ReceivableBatchNumber:i "
    "ReceivableSelected:t ReceivableSelector:g ReceivableSelectorFullName:s Source:i Status:h "
    "TransactionAmountDC:d TransactionAmountFC:d TransactionDueDate:t TransactionEntryID:g TransactionID:g "
    "TransactionIsReversal:b TransactionReportingPeriod:h TransactionReportingYear:h TransactionStatus:h "
    "TransactionType:i YourRef:s";

const char* const read_financial_receivableslist =
    "HID:l:KPU AccountCode:s:PU AccountId:g:PU AccountName:s:PU Amount:d:PU AmountInTransit:d:PU "
    "CurrencyCode:s:PU Description:s:PU DueDate:t:PU EntryNumber:i:PU Id:g:PU InvoiceDate:t:PU "
    "InvoiceNumber:i:PU JournalCode:s:PU JournalDescription:s:PU YourRef:s:PU";

const char* const salesentry_salesentries =
    "EntryID:g:KPU AmountDC:d AmountFC:d BatchNumber:i:PU Created:t Creator:g CreatorFullName:s Currency:s:PU "
    "Customer:g:PU CustomerName:s Description:s:PU Division:i Document:g:PU DocumentNumber:i DocumentSubject:s "
    "DueDate:t:PU EntryDate:t:PU EntryNumber:i:PU ExternalLinkDescription:s ExternalLinkReference:s:PU "
    "GAccountAmountFC:d:PU InvoiceNumber:i:PU IsExtraDuty:b:PU Journal:s:PU JournalDescription:s Modified:t "
    "Modifier:g ModifierFullName:s OrderNumber:i:PU PaymentCondition:s:PU PaymentConditionDescription:s "
    "PaymentReference:s:PU ProcessNumber:i:PU Rate:d:PU ReportingPeriod:h:PU ReportingYear:h:PU Reversal:b:PU "
    "SalesEntryLines:c:PU Status:h StatusDescription:s Type:i TypeDescription:s VATAmountDC:d VATAmountFC:d:PU "
    "WithholdingTaxAmountDC:d:PU WithholdingTaxBaseAmount:d:PU WithholdingTaxPercentage:d:PU YourRef:s:PU "
    "CustomField:s PaymentConditionPaymentMethod:s";

const char* const salesentry_salesentrylines =
    "ID:g:KPU AmountDC:d AmountFC:d:PU Asset:g:PU AssetDescription:s CostCenter:s:PU CostCenterDescription:s "
    "CostUnit:s:PU CostUnitDescription:s Description:s:PU Division:i EntryID:g:PU ExtraDutyAmountFC:d:PU "
    "ExtraDutyPercentage:d:PU From:t:PU GLAccount:g:PU GLAccountCode:s GLAccountDescription:s IntraStatArea:s:PU "
    "IntraStatCountry:s:PU IntraStatDeliveryTerm:s:PU IntraStatTransactionA:s:PU IntraStatTransactionB:s:PU "
    "IntraStatTransportMethod:s:PU LineNumber:i Notes:s:PU Project:g:PU ProjectDescription:s Quantity:d:PU "
    "SerialNumber:s:PU StatisticalNetWeight:d:PU StatisticalNumber:s:PU StatisticalQuantity:d:PU "
    "StatisticalValue:d:PU Subscription:g:PU SubscriptionDescription:s TaxSchedule:g:PU To:t:PU "
    "TrackingNumber:g:PU TrackingNumberDescription:s Type:i VATAmountDC:d VATAmountFC:d:PU VATBaseAmountDC:d:PU "
    "VATBaseAmountFC:d:PU VATCode:s:PU VATCodeDescription:s VATPercentage:d:PU CustomField:s";

const char* const documents_documents =
    "ID:g:KPU Account:g:PU AccountCode:s AccountName:s AmountFC:d:PU Body:s:PU Category:g:PU "
    "CategoryDescription:s:PU Contact:g:PU ContactFullName:s Created:t Creator:g CreatorFullName:s:PU "
    "Currency:s:PU Division:i DocumentDate:t:PU DocumentFolder:g:PU DocumentFolderCode:s "
    "DocumentFolderDescription:s DocumentViewUrl:s ExpiryDate:t:PU FinancialTransactionEntryID:g:PU "
    "HasEmptyBody:b HID:i:PU InheritShare:b:PU Language:s:PU Modified:t Modifier:g ModifierFullName:s "
    "Opportunity:g:PU Project:g:PU ProjectCode:s ProjectDescription:s SalesInvoiceNumber:i:PU "
    "SalesOrderNumber:i:PU SendMethod:i ShopOrderNumber:i:PU Subject:s:PU Type:i:PU TypeDescription:s";

const char* const generaljournalentry_generaljournalentries =
    "EntryID:g:KPU Created:t Currency:s:PU Division:i EntryNumber:i:PU ExchangeRate:d:PU FinancialPeriod:h:PU "
    "FinancialYear:h:PU GeneralJournalEntryLines:c:PU JournalCode:s:PU JournalDescription:s Modified:t "
    "Reversal:b:PU Status:h StatusDescription:s Type:i TypeDescription:s";

const char* const generaljournalentry_generaljournalentrylines =
    "ID:g:KPU Account:g:PU AccountCode:s AccountName:s AmountDC:d AmountFC:d:PU AmountVATDC:d AmountVATFC:d:PU "
    "Asset:g:PU AssetCode:s AssetDescription:s CostCenter:s:PU CostCenterDescription:s CostUnit:s:PU "
    "CostUnitDescription:s Created:t Creator:g CreatorFullName:s Date:t:PU Description:s:PU Division:i "
    "Document:g:PU DocumentNumber:i DocumentSubject:s EntryID:g:PU EntryNumber:i GLAccount:g:PU GLAccountCode:s "
    "GLAccountDescription:s LineNumber:i Modified:t Modifier:g ModifierFullName:s Notes:s:PU OffsetID:g:PU "
    "OurRef:i:PU Project:g:PU ProjectCode:s ProjectDescription:s Quantity:d:PU VATBaseAmountDC:d VATBaseAmountFC:d "
    "VATCode:s:PU VATCodeDescription:s VATPercentage:d:PU VATType:s";

const char* const general_currencies = "Code:s:K AmountPrecision:d Created:t Description:s Modified:t PricePrecision:d";

const char* const vat_vatpercentages =
    "ID:g:K Created:t Creator:g CreatorFullName:s Division:i EndDate:t LineNumber:i Modified:t Modifier:g "
    "ModifierFullName:s Percentage:d StartDate:t Type:h VATCodeID:g";

const char* const sync_cashflow_paymentterms =
    "ID:g:K Timestamp:l Account:g AccountBankAccountID:g AccountBankAccountNumber:s AccountCode:s AccountContact:g "
    "AccountContactName:s AccountCountry:s AccountName:s AmountDC:d AmountDiscountDC:d AmountDiscountFC:d "
    "AmountFC:d ApprovalStatus:h BankAccountID:g BankAccountNumber:s CashflowTransactionBatchCode:s Created:t "
    "Creator:g CreatorFullName:s Currency:s Description:s DirectDebitMandate:g DirectDebitMandateDescription:s "
    "DirectDebitMandatePaymentType:h DirectDebitMandateReference:s DirectDebitMandateType:h DiscountDueDate:t "
    "Division:i Document:g DocumentNumber:i DocumentSubject:s DueDate:t EndDate:t EndPeriod:h EndToEndID:s "
    "EndYear:h EntryDate:t EntryID:g EntryNumber:i GLAccount:g GLAccountCode:s GLAccountDescription:s InvoiceDate:t "
    "InvoiceNumber:i IsBatchBooking:y IsFullyPaid:b Journal:s JournalDescription:s LastPaymentDate:t LineType:h "
    "Modified:t Modifier:g ModifierFullName:s OrderNumber:i PaymentBatchNumber:i PaymentCondition:s "
    "PaymentConditionDescription:s PaymentDays:i PaymentDaysDiscount:i PaymentDiscountPercentage:d "
    "PaymentInformationID:s PaymentMethod:s PaymentReference:s PaymentSelected:t PaymentSelector:g "
    "PaymentSelectorFullName:s RateFC:d ReceivableBatchNumber:i ReceivableSelected:t ReceivableSelector:g "
    "ReceivableSelectorFullName:s Source:i Status:h TransactionAmountDC:d TransactionAmountFC:d "
    "TransactionDueDate:t TransactionEntryID:g TransactionID:g TransactionIsReversal:b TransactionReportingPeriod:h "
    "TransactionReportingYear:h TransactionStatus:h TransactionType:i YourRef:s";

}  // namespace connector::sandbox::exact::property_lists
