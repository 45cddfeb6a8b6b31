#include "sandbox/exact/property_lists.h"

namespace connector::sandbox::exact::property_lists {

const char* const salesorder_salesorders =
    "OrderID:g:KPU AmountDC:d AmountDiscount:d:PU AmountDiscountExclVat:d:PU AmountFC:d AmountFCExclVat:d "
    "ApprovalStatus:h ApprovalStatusDescription:s Approved:t Approver:g ApproverFullName:s Created:t Creator:g "
    "CreatorFullName:s Currency:s:PU DeliverTo:g:P DeliverToContactPerson:g:PU DeliverToContactPersonFullName:s "
    "DeliverToName:s DeliveryAddress:g:PU DeliveryDate:t:PU DeliveryStatus:h DeliveryStatusDescription:s "
    "Description:s:PU Discount:d:PU Division:i Document:g:PU DocumentNumber:i DocumentSubject:s "
    "IncotermAddress:s:PU IncotermCode:s:PU IncotermVersion:h:PU InvoiceStatus:h InvoiceStatusDescription:s "
    "InvoiceTo:g:P InvoiceToContactPerson:g:PU InvoiceToContactPersonFullName:s InvoiceToName:s Modified:t "
    "Modifier:g ModifierFullName:s OrderDate:t:PU OrderedBy:g:P OrderedByContactPerson:g:PU "
    "OrderedByContactPersonFullName:s OrderedByName:s OrderNumber:i:PU PaymentCondition:s:PU "
    "PaymentConditionDescription:s PaymentReference:s:PU Remarks:s:PU SalesChannel:g:PU SalesChannelCode:s "
    "SalesChannelDescription:s SalesOrderLines:c:PU Salesperson:g:PU SalespersonFullName:s SelectionCode:g:PU "
    "SelectionCodeCode:s SelectionCodeDescription:s ShippingMethod:g:PU ShippingMethodDescription:s Status:h "
    "StatusDescription:s TaxSchedule:g:PU TaxScheduleCode:s TaxScheduleDescription:s WarehouseCode:s "
    "WarehouseDescription:s WarehouseID:g:PU YourRef:s:PU CustomField:s SalesOrderOrderChargeLines:c";

const char* const salesorder_salesorderlines =
    "ID:g:KPU AmountDC:d AmountFC:d:PU CostCenter:s:PU CostCenterDescription:s CostPriceFC:d CostUnit:s:PU "
    "CostUnitDescription:s CustomerItemCode:s DeliveryDate:t:PU DeliveryStatus:h Description:s:PU Discount:d:PU "
    "Division:i InvoiceStatus:h Item:g:PU ItemCode:s ItemDescription:s ItemVersion:g:PU ItemVersionDescription:s "
    "LineNumber:i Margin:d:PU NetPrice:d:PU Notes:s:PU OrderID:g:PU OrderNumber:i:PU OrderStatus:h "
    "Pricelist:g:PU PricelistDescription:s Project:g:PU ProjectDescription:s PurchaseOrder:g PurchaseOrderLine:g "
    "PurchaseOrderLineNumber:i PurchaseOrderNumber:i Quantity:d:PU QuantityDelivered:d QuantityInvoiced:d "
    "ShopOrder:g:PU TaxSchedule:g:PU TaxScheduleCode:s TaxScheduleDescription:s UnitCode:s:PU UnitDescription:s "
    "UnitPrice:d:PU UseDropShipment:y:PU VATAmount:d:PU VATCode:s:PU VATCodeDescription:s VATPercentage:d:PU "
    "CustomField:s";

const char* const salesorder_goodsdeliveries =
    "EntryID:g:KPU Created:t Creator:g CreatorFullName:s DeliveryAccount:g DeliveryAccountCode:s "
    "DeliveryAccountName:s DeliveryAddress:g DeliveryContact:g DeliveryContactPersonFullName:s DeliveryDate:t:P "
    "DeliveryNumber:i Description:s:P Division:i Document:g:PU DocumentSubject:s EntryNumber:i "
    "GoodsDeliveryLines:c:PU Modified:t Modifier:g ModifierFullName:s Remarks:s:PU ShippingMethod:g:P "
    "ShippingMethodCode:s ShippingMethodDescription:s TrackingNumber:s:PU Warehouse:g WarehouseCode:s "
    "WarehouseDescription:s";

const char* const salesorder_goodsdeliverylines =
    "ID:g:KPU BatchNumbers:c:PU Created:t Creator:g CreatorFullName:s CustomerItemCode:s DeliveryDate:t "
    "Description:s:P Division:i EntryID:g:P Item:g ItemCode:s ItemDescription:s LineNumber:i Modified:t "
    "Modifier:g ModifierFullName:s Notes:s:PU QuantityDelivered:d:P QuantityOrdered:d SalesOrderLineID:g:P "
    "SalesOrderLineNumber:i SalesOrderNumber:i SerialNumbers:c:PU StorageLocation:g:P StorageLocationCode:s:P "
    "StorageLocationDescription:s:P TrackingNumber:s:PU Unitcode:s";

const char* const salesinvoice_salesinvoices =
    "InvoiceID:g:KPU AmountDC:d AmountDiscount:d:PU AmountDiscountExclVat:d:PU AmountFC:d AmountFCExclVat:d "
    "Created:t Creator:g CreatorFullName:s Currency:s:PU DeliverTo:g:P DeliverToAddress:g:PU "
    "DeliverToContactPerson:g:PU DeliverToContactPersonFullName:s DeliverToName:s Description:s:PU Discount:d:PU "
    "DiscountType:h Division:i Document:g:PU DocumentNumber:i DocumentSubject:s DueDate:t:PU "
    "ExtraDutyAmountFC:d:PU GAccountAmountFC:d:PU IncotermAddress:s:PU IncotermCode:s:PU IncotermVersion:h:PU "
    "InvoiceDate:t InvoiceNumber:i InvoiceTo:g:P InvoiceToContactPerson:g:PU InvoiceToContactPersonFullName:s "
    "InvoiceToName:s IsExtraDuty:b:PU Journal:s:P JournalDescription:s Modified:t Modifier:g ModifierFullName:s "
    "OrderDate:t:PU OrderedBy:g:P OrderedByContactPerson:g:PU OrderedByContactPersonFullName:s OrderedByName:s "
    "OrderNumber:i:PU PaymentCondition:s:PU PaymentConditionDescription:s PaymentReference:s:PU Remarks:s:PU "
    "SalesChannel:g:PU SalesChannelCode:s SalesChannelDescription:s SalesInvoiceLines:c:PU Salesperson:g:PU "
    "SalespersonFullName:s SelectionCode:g:PU SelectionCodeCode:s SelectionCodeDescription:s "
    "StarterSalesInvoiceStatus:h StarterSalesInvoiceStatusDescription:s Status:h StatusDescription:s "
    "TaxSchedule:g:PU TaxScheduleCode:s TaxScheduleDescription:s Type:i:PU TypeDescription:s VATAmountDC:d "
    "VATAmountFC:d Warehouse:g:PU WithholdingTaxAmountFC:d:PU WithholdingTaxBaseAmount:d:PU "
    "WithholdingTaxPercentage:d:PU YourRef:s:PU SalesInvoiceOrderChargeLines:c ShippingMethod:g:PU "
    "ShippingMethodCode:s ShippingMethodDescription:s";

const char* const salesinvoice_salesinvoicelines =
    "ID:g:KPU AmountDC:d AmountFC:d:PU CostCenter:s:PU CostCenterDescription:s CostUnit:s:PU "
    "CostUnitDescription:s CustomerItemCode:s DeliveryDate:t:PU Description:s:PU Discount:d:PU Division:i "
    "Employee:g:PU EmployeeFullName:s EndTime:t:PU ExtraDutyAmountFC:d:PU ExtraDutyPercentage:d:PU GLAccount:g:P "
    "GLAccountDescription:s InvoiceID:g:P Item:g:PU ItemCode:s ItemDescription:s LineNumber:i NetPrice:d:PU "
    "Notes:s:PU Pricelist:g:PU PricelistDescription:s Project:g:PU ProjectDescription:s ProjectWBS:g:PU "
    "ProjectWBSDescription:s Quantity:d:PU SalesOrder:g SalesOrderLine:g SalesOrderLineNumber:i "
    "SalesOrderNumber:i StartTime:t:PU Subscription:g SubscriptionDescription:s TaxSchedule:g:PU "
    "TaxScheduleCode:s TaxScheduleDescription:s UnitCode:s:PU UnitDescription:s UnitPrice:d:PU VATAmountDC:d:PU "
    "VATAmountFC:d:PU VATCode:s:PU VATCodeDescription:s VATPercentage:d:PU CustomField:s";

const char* const salesinvoice_printedsalesinvoices =
    "InvoiceID:g:KPU Division:i:PU Document:g:PU DocumentCreationError:s:PU DocumentCreationSuccess:s:PU "
    "DocumentLayout:g:PU EmailCreationError:s:PU EmailCreationSuccess:s:PU EmailLayout:g:PU ExtraText:s:PU "
    "InvoiceDate:t:PU PostboxMessageCreationError:s:PU PostboxMessageCreationSuccess:s:PU PostboxSender:g:PU "
    "ReportingPeriod:i:PU ReportingYear:i:PU SendEmailToCustomer:b:PU SenderEmailAddress:s:PU "
    "SendInvoiceToCustomerPostbox:b:PU SendOutputBasedOnAccount:b:PU PeppolCreationError:s "
    "PeppolCreationSuccess:s SendInvoiceViaPeppol:b:P";

const char* const salesinvoice_invoicesalesorders =
    "ID:g:KPU CreateMode:i:PU DeliveryNumber:i:PU EndDate:t:PU Errors:s InvoiceMode:i:PU JournalCode:s:PU "
    "NumberOfCreatedInvoices:i NumberOfFailedInvoices:i SalesOrderIDs:c:PU StartDate:t:PU UserInvoiceDate:t:PU "
    "Mode:i:PU ProcessID:g";

const char* const salesinvoice_layouts =
    "ID:g:KPU Created:t Creator:g CreatorFullName:s Division:i Modified:t Modifier:g ModifierFullName:s "
    "Subject:s:PU Type:h:PU";

const char* const sync_salesinvoice_salesinvoices =
    "Timestamp:l:PU AmountDC:d AmountDiscount:d:PU AmountDiscountExclVat:d:PU AmountFC:d:PU AmountFCExclVat:d "
    "CostCenter:s:PU CostCenterDescription:s CostUnit:s:PU CostUnitDescription:s Created:t Creator:g "
    "CreatorFullName:s Currency:s:PU CustomerItemCode:s DeliverTo:g:PU DeliverToAddress:g:PU "
    "DeliverToContactPerson:g:PU DeliverToContactPersonFullName:s DeliverToName:s DeliveryDate:t:PU "
    "Description:s:PU Discount:d:PU DiscountType:h Division:i Document:g:PU DocumentNumber:i DocumentSubject:s "
    "DueDate:t:PU Employee:g:PU EmployeeFullName:s EndTime:t:PU ExtraDutyAmountFC:d:PU ExtraDutyPercentage:d:PU "
    "GAccountAmountFC:d:PU GLAccount:g:P GLAccountDescription:s ID:g:PU IncotermAddress:s:PU IncotermCode:s "
    "IncotermVersion:h:PU InvoiceDate:t InvoiceID:g:P InvoiceNumber:i InvoiceTo:g:PU InvoiceToContactPerson:g:PU "
    "InvoiceToContactPersonFullName:s InvoiceToName:s IsExtraDuty:b:PU Item:g:PU ItemCode:s ItemDescription:s "
    "Journal:s:P JournalDescription:s LineNumber:i Modified:t Modifier:g ModifierFullName:s NetPrice:d:PU "
    "Notes:s:PU OrderDate:t:PU OrderedBy:g:PU OrderedByContactPerson:g:PU OrderedByContactPersonFullName:s "
    "OrderedByName:s OrderNumber:i:PU PaymentCondition:s:PU PaymentConditionDescription:s PaymentReference:s:PU "
    "Pricelist:g:PU PricelistDescription:s Project:g:PU ProjectDescription:s ProjectWBS:g:PU "
    "ProjectWBSDescription:s Quantity:d:PU Remarks:s:PU SalesChannel:g:PU SalesChannelCode:s "
    "SalesChannelDescription:s SalesOrder:g SalesOrderLine:g SalesOrderLineNumber:i SalesOrderNumber:i "
    "Salesperson:g:PU SalespersonFullName:s StarterSalesInvoiceStatus:h StarterSalesInvoiceStatusDescription:s "
    "StartTime:t:PU Status:h StatusDescription:s Subscription:g SubscriptionDescription:s TaxSchedule:g:PU "
    "TaxScheduleCode:s TaxScheduleDescription:s Type:i:PU TypeDescription:s UnitCode:s:PU UnitDescription:s "
    "UnitPrice:d:PU VATAmountDC:d:PU VATAmountFC:d:PU VATCode:s:PU VATCodeDescription:s VATPercentage:d:PU "
    "Warehouse:g:PU WithholdingTaxAmountFC:d:PU WithholdingTaxBaseAmount:d:PU WithholdingTaxPercentage:d:PU "
    "YourRef:s:PU";

const char* const sync_salesorder_salesorders =
    "Timestamp:l:PU AmountDC:d AmountDiscount:d:PU AmountDiscountExclVat:d:PU AmountFC:d:PU AmountFCExclVat:d "
    "ApprovalStatus:h ApprovalStatusDescription:s Approved:t Approver:g ApproverFullName:s CostCenter:s:PU "
    "CostCenterDescription:s CostPriceFC:d CostUnit:s:PU CostUnitDescription:s Created:t Creator:g "
    "CreatorFullName:s Currency:s:PU CustomerItemCode:s DeliverTo:g:P DeliverToContactPerson:g:PU "
    "DeliverToContactPersonFullName:s DeliverToName:s DeliveryAddress:g:PU DeliveryDate:t:PU DeliveryStatus:h "
    "DeliveryStatusDescription:s Description:s:PU Discount:d:PU Division:i Document:g:PU DocumentNumber:i "
    "DocumentSubject:s ID:g:PU IncotermAddress:s:PU IncotermCode:s IncotermVersion:h:PU InvoiceStatus:h "
    "InvoiceStatusDescription:s InvoiceTo:g:P InvoiceToContactPerson:g:PU InvoiceToContactPersonFullName:s "
    "InvoiceToName:s Item:g:PU ItemCode:s ItemDescription:s ItemVersion:g:PU ItemVersionDescription:s "
    "LineNumber:i Margin:d:PU Modified:t Modifier:g ModifierFullName:s NetPrice:d:PU Notes:s:PU OrderDate:t:PU "
    "OrderedBy:g:P OrderedByContactPerson:g:PU OrderedByContactPersonFullName:s OrderedByName:s OrderID:g:PU "
    "OrderNumber:i:PU PaymentCondition:s:PU PaymentConditionDescription:s PaymentReference:s:PU Pricelist:g:PU "
    "PricelistDescription:s Project:g:PU ProjectCode:s ProjectDescription:s PurchaseOrder:g PurchaseOrderLine:g "
    "PurchaseOrderLineNumber:i PurchaseOrderNumber:i Quantity:d:PU QuantityDelivered:d QuantityInvoiced:d "
    "Remarks:s:PU SalesChannel:g:PU SalesChannelCode:s SalesChannelDescription:s Salesperson:g:PU "
    "SalespersonFullName:s SelectionCode:g:PU SelectionCodeCode:s SelectionCodeDescription:s ShippingMethod:g:PU "
    "ShippingMethodCode:s ShippingMethodDescription:s ShopOrder:g:PU ShopOrderNumber:i Status:h "
    "StatusDescription:s TaxSchedule:g:PU TaxScheduleCode:s TaxScheduleDescription:s UnitCode:s:PU "
    "UnitDescription:s UnitPrice:d:PU UseDropShipment:y:PU VATAmount:d:PU VATCode:s:PU VATCodeDescription:s "
    "VATPercentage:d:PU WarehouseCode:s WarehouseDescription:s WarehouseID:g:PU YourRef:s:PU";

const char* const sales_saleschannels =
    "ID:g:KPU Active:b:PU Code:s:PU Created:t Creator:g CreatorFullName:s Description:s:PU Division:i Modified:t "
    "Modifier:g ModifierFullName:s Notes:s:PU";

const char* const salesorder_printedsalesorders =
    "OrderId:g:KPU Division:i Document:g:PU DocumentCreationError:s:PU DocumentCreationSuccess:s:PU "
    "DocumentLayout:g:PU EmailCreationError:s:PU EmailCreationSuccess:s:PU EmailLayout:g:PU ExtraText:s:PU "
    "SendEmailToCustomer:b:PU SenderEmailAddress:s:PU";

}  // namespace connector::sandbox::exact::property_lists
