using System.CommandLine;

namespace LegalAid.Gateway.Operations.Peers;

/// <summary>The verbs about other cities' gateways.</summary>
internal static class PeerVerbs
{
    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf, Option<string> work)
    {
        var command = new Command("peers", "与外市网关互相登记、测试 · Enrol at another city's gateway, and test the way to it.");
        command.Subcommands.Add(PeerEntryVerb.Create(optionsOf));
        command.Subcommands.Add(PeerTestVerb.Create(work));
        return command;
    }
}
