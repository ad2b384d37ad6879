using System.CommandLine;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// <c>decide</c>: what the rule packs of a configuration make of the facts in a file, with every step. It asks no gateway and no source, so that a changed rule can
/// be tried before it is activated. Exit 0: determined, whatever the outcome; 1: the case or the configuration is not sound; 2: misuse.
/// </summary>
internal static class DecideCommand
{
    private static readonly Argument<string> FactsArgument = new("facts") { Description = "事实文件，写法同规则包的示例 · A file of facts, written as in a pack's examples." };

    private static readonly Option<bool> Json = new("--json", "-j") { Description = "输出 JSON 轨迹 · Write the trace as JSON." };

    public static Command Create(Func<ParseResult, GatewayHostOptions> optionsOf)
    {
        var command = new Command("decide", "按规则包审查一份事实并说明每一步 · Decide eligibility from a file of facts, and explain every step.") { FactsArgument, Json };
        command.SetAction(arguments =>
        {
            try
            {
                var packs = HostConfiguration.Read(optionsOf(arguments)).Snapshot.Eligibility;
                return Decide(Console.Out, packs, FileOf(arguments.GetRequiredValue(FactsArgument)), arguments.GetValue(Json));
            }
            catch (MisuseException misuse)
            {
                Console.Error.WriteLine(misuse.Message);
                return CommandLine.Misuse;
            }
            catch (StartRefusedException refused)
            {
                Console.Error.WriteLine(refused.Message);
                return 1;
            }
        });
        return command;
    }

    private static ConfigurationFile FileOf(string path)
    {
        try
        {
            return new ConfigurationFile(path, File.ReadAllText(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException($"读不到文件 · Cannot read {path}: {unreadable.Message}");
        }
    }

    private static int Decide(TextWriter output, PackLibrary packs, ConfigurationFile file, bool json)
    {
        var reading = EligibilityFiles.ReadCase(file, packs.Vocabulary);
        foreach (var fault in reading.Faults)
        {
            output.WriteLine($"错误 ERROR {fault}");
        }

        if (reading.Case is not { } given)
        {
            return 1;
        }

        var by = reading.Pack is { } named
            ? packs.Find(named) ?? throw new MisuseException($"没有规则包 · There is no pack {named}: {string.Join(", ", packs.Packs.Select(pack => pack.Pack.Id))}")
            : packs.Find(given.Place, given.ReceivedOn);
        switch (by?.Decide(given))
        {
            case DecideOutcome.Determined { Determination: var determination }:
                output.Write(json ? Encoding.UTF8.GetString(TraceJson.Write(determination)) + "\n" : TextOf(determination));
                return 0;
            case DecideOutcome.Refused { Fault: var fault }:
                output.WriteLine($"错误 ERROR {fault.Code} {fault.Field}: {fault.TextZh} / {fault.TextEn}. {fault.Code.RemedyZh} / {fault.Code.RemedyEn}");
                return 1;
            default:
                var none = EligibilityFaults.NotInForce;
                output.WriteLine($"错误 ERROR {none.Code}: {none.Zh} / {none.En}. {none.RemedyZh} / {none.RemedyEn}");
                return 1;
        }
    }

    private static string TextOf(Determination determination)
    {
        var text = new StringBuilder(TraceText.Write(determination));
        var plan = AskingPlans.Next(determination, []);
        if (!plan.Asks.IsEmpty)
        {
            text.Append(plan.CanSettle ? "下一步，最少查询下列来源即可能作出决定 · Asking these alone could settle it:\n" : "下一步，查询 · To be asked next:\n");
            foreach (var ask in plan.Asks)
            {
                text.Append($"　{ask.Body.Title.Zh} {ask.Body.Name}：{string.Join('、', ask.Facts.Select(fact => $"{fact.Title.Zh} {fact.Name}"))}\n");
            }
        }

        return text.ToString();
    }
}
