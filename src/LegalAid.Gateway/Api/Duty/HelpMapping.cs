using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>A request for help from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class HelpMapping(ExchangeMapping exchanges)
{
    public const string Collection = "helpRequests", Type = "help-request";

    public LegalHelp Help(ExchangeReading reading)
    {
        var view = reading.State.View;
        return new LegalHelp
        {
            Name = $"{Collection}/{reading.Id}",
            State = reading.State.State.Value,
            Request = view.Section<HelpRequest>("request"),
            Naming = view.Section<HelpNaming>("naming"),
            Conflict = view.Section<ConflictDeclaration>("conflict"),
            Refusal = view.Section<HelpRefusal>("refusal"),
            Record = view.Section<HelpRecord>("record"),
            Withdrawal = view.Section<HelpWithdrawal>("withdrawal"),
            Closing = view.Section<HelpClosing>("closing"),
            Exchange = exchanges.Exchange(reading),
        };
    }
}
