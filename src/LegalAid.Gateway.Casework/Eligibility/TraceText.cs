using System.Globalization;
using System.Text;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// A determination in Chinese, for the file and as material of the written decision (决定书): conclusion, grounds, what did not hold, what is open; each step
/// with its article and mark, each fact with its source and day. The same determination gives the same text. Lines end with a line feed.
/// </summary>
public static class TraceText
{
    public static string Write(Determination determination)
    {
        var (pack, given, text) = (determination.By.Pack, determination.Case, new StringBuilder(4 * 1024));
        text.Append($"规则：{pack.Title.Zh}（{pack.Id}，版本 {determination.By.Digest[..12]}）\n");
        if (pack.Standing == PackStanding.Historical)
        {
            text.Append("　　　历史规则，不是现行依据\n");
        }

        text.Append($"受理：{Date(given.ReceivedOn)}，受理地 {given.Place}{given.Place.Name}\n审查：{Date(given.DecidedOn)}\n");
        text.Append($"结论：{TraceNames.Zh(determination.Outcome)}\n");
        var grounds = determination.Grounds;
        Section(text, determination, "依据", (rule, _) => grounds.Contains(rule));
        Section(text, determination, "其他成立的情形", (rule, truth) => truth == Truth.Yes && !grounds.Contains(rule));
        Section(text, determination, "不能确定的情形", (rule, truth) => truth == Truth.Unknown && !grounds.Contains(rule));
        Section(text, determination, "不成立的情形", (_, truth) => truth == Truth.No);
        if (!determination.Open.IsEmpty)
        {
            text.Append("可能改变结论、尚待查明的事实：\n");
            foreach (var fact in determination.Open)
            {
                text.Append($"　{fact.Title.Zh}（可向{string.Join('、', fact.Bodies.Select(body => body.Title.Zh))}查询）\n");
            }
        }

        if (!given.Facts.Conflicts.IsEmpty)
        {
            text.Append($"同日答复不一致、按未知处理的事实：{string.Join('、', given.Facts.Conflicts.Select(fact => fact.Title.Zh))}\n");
        }

        return text.ToString();
    }

    private static void Section(StringBuilder text, Determination determination, string title, Func<Rule, Truth, bool> belongs)
    {
        var number = 0;
        for (var i = 0; i < determination.RuleSet.Rules.Length; i++)
        {
            var (rule, root) = (determination.RuleSet.Rules[i], determination.RuleSet.Roots[i]);
            if (!belongs(rule, determination.TruthOf(root)))
            {
                continue;
            }

            text.Append(number == 0 ? $"{title}：\n" : "");
            text.Append($"　{++number}. {rule.Title.Zh}——{Clause(rule.Basis)}\n");
            var outermost = determination.RuleSet.StepAt(root);
            Steps(text, determination, outermost.Kind == StepKind.All ? outermost.Parts : [root], "　　");
        }
    }

    private static void Steps(StringBuilder text, Determination determination, IEnumerable<int> numbers, string indent)
    {
        foreach (var number in numbers)
        {
            var step = determination.RuleSet.StepAt(number);
            var found = Found(determination.TruthOf(number), step.Test);
            if (step.Kind == StepKind.Test)
            {
                var fact = determination.RuleSet.Facts[step.Variable].Fact;
                text.Append($"{indent}· {fact.Title.Zh}{Demanded(fact, step.Test)}：{found}{Known(determination, fact)}\n");
                continue;
            }

            var head = step.Kind switch
            {
                StepKind.All => "下列各项均成立",
                StepKind.Any => "下列任一项成立",
                StepKind.Not => "下列情形不成立",
                _ => throw new InvalidOperationException($"step {step.Kind}"),
            };
            text.Append($"{indent}· {head}：{found}\n");
            Steps(text, determination, step.Parts, indent + "　　");
        }
    }

    private static string Found(Truth truth, ResolvedDemand demand) => truth switch
    {
        Truth.Yes => "是",
        Truth.No => "否",
        Truth.Unknown => demand.IsUnset ? "标准未载明" : "未知",
        _ => throw new InvalidOperationException($"truth {truth}"),
    };

    private static string Known(Determination determination, FactDefinition fact)
    {
        if (determination.Used(fact) is not { } known)
        {
            return "";
        }

        var source = fact.Bodies.FirstOrDefault(body => body.Name == known.Source)?.Title.Zh ?? known.Source;
        var undertaken = known.Standing == FactStanding.Undertaken ? "，个人诚信承诺" : "";
        return $"（{ValueText(fact, known.Value)}；{source}，{Date(known.AnsweredOn)}{undertaken}）";
    }

    private static string ValueText(FactDefinition fact, FactValue value) => fact.Kind switch
    {
        FactKind.YesNo => value.Choice == 1 ? "是" : "否",
        FactKind.Choice => fact.Choices[value.Choice].Title.Zh,
        FactKind.Money => $"{value.Text(fact)}元",
        FactKind.Date or FactKind.BirthDate => Date(value.Date),
        _ => throw new InvalidOperationException($"kind {fact.Kind}"),
    };

    private static string Demanded(FactDefinition fact, ResolvedDemand demand) => demand.Demand switch
    {
        Demand.Is yes => yes.Yes ? "" : "（须为否）",
        Demand.OneOf some => $"为{string.Concat(some.Choices.Select(choice => $"“{fact.Choices[choice].Title.Zh}”"))}",
        Demand.Span span => fact.Kind == FactKind.BirthDate
            ? $"{(span.Below ? "未满" : "已满")}{span.Cut}周岁"
            : $"{(span.Below ? "不足" : "不少于")}{span.Cut}日",
        Demand.Limit limit => $"{(limit.Below ? "低于" : "不低于")}{Figure(demand)}",
        Demand.Sum sum => $"{(sum.Below ? "低于" : "不低于")}{sum.Cut.ToString("0.00", CultureInfo.InvariantCulture)}元",
        _ => throw new InvalidOperationException($"no such demand: {demand.Demand.GetType().Name}"),
    };

    private static string Figure(ResolvedDemand demand) =>
        demand is { Parameter: { } parameter, Row: { } row }
            ? $"{parameter.Title.Zh}（{(demand.Cut is { } cut ? cut.ToString("0.00", CultureInfo.InvariantCulture) + "元" : "未载明")}，{Date(row.From)}起，{Clause(row.Basis)}）"
            : throw new InvalidOperationException("a limit without its parameter");

    private static string Clause(LegalBasis basis) => basis.Mark == Certainty.Statute ? $"{basis}" : $"{basis}〔{(basis.Mark == Certainty.KnownPractice ? "惯例，未核对原文" : "待核实")}〕";

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
