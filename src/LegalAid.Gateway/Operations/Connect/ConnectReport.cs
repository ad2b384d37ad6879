using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Operations.Enrolment;

namespace LegalAid.Gateway.Operations.Connect;

/// <summary>What became of a step.</summary>
internal enum StepState
{
    /// <summary>Done by this run.</summary>
    Done,

    /// <summary>Done by an earlier one; nothing was changed.</summary>
    Stands,

    /// <summary>It did not succeed; the next run tries it again.</summary>
    Failed,

    /// <summary>Not reached.</summary>
    Skipped,
}

/// <param name="Code">Of a refusal: a row of docs/errors.md, an error of RFC 6749, or the verb's own; empty: there is none.</param>
internal sealed record ConnectStep(string Step, StepState State, string Zh, string En, string Code = "");

/// <summary>How far a connection is: its steps in order, and what the gateway said last of its readiness.</summary>
/// <param name="Ready">No step failed, and nothing that the gateway finds blocks.</param>
/// <param name="WhoAmI">As the gateway answered; null where it was not reached.</param>
internal sealed record ConnectReport(bool Ready, ImmutableArray<ConnectStep> Steps, JsonObject? WhoAmI, ReadinessDocument? Readiness)
{
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        [Connecting.Gateway] = "网关 gateway", [Connecting.Key] = "密钥 key", [Connecting.Enrolment] = "登记 enrolment", [Connecting.Token] = "令牌 token",
        [Connecting.Rotation] = "更换密钥 rotation", [Connecting.Identity] = "身份 who am I", [Connecting.Test] = "测试消息 test message",
        [Connecting.Readiness] = "就绪 readiness",
    };

    public void WriteJson(TextWriter output) => output.WriteLine(new JsonObject
    {
        ["ready"] = Ready,
        ["steps"] = new JsonArray(
        [
            .. Steps.Select(step => (JsonNode)new JsonObject
            {
                ["step"] = step.Step, ["state"] = step.State.ToString().ToLowerInvariant(), ["zh"] = step.Zh, ["en"] = step.En, ["code"] = step.Code,
            }),
        ]),
        ["whoAmI"] = WhoAmI?.DeepClone(),
        ["readiness"] = JsonSerializer.SerializeToNode(Readiness, EnrolmentJson.Told),
    }.ToJsonString(EnrolmentJson.Told));

    public void Write(TextWriter output)
    {
        var steps = new TextTable("步骤 STEP", "结果 RESULT", "说明 DETAIL");
        foreach (var step in Steps)
        {
            steps.Add(Titles[step.Step], StateText(step.State), $"{step.Zh}{(step.En.Length > 0 ? " · " : "")}{step.En}{(step.Code.Length > 0 ? $" [{step.Code}]" : "")}");
        }

        steps.Write(output);
        if (Readiness is { } readiness)
        {
            output.WriteLine();
            Write(output, readiness);
        }

        output.WriteLine();
        output.WriteLine(Ready ? "已就绪 · READY" : "未就绪 · NOT READY");
    }

    private void Write(TextWriter output, ReadinessDocument readiness)
    {
        var delivery = readiness.Delivery;
        var has = new TextTable("项目 ITEM", "现状 STATE");
        has.Add("机构 agency", $"{WhoAmI?["agency"]?["titleZh"]} · {WhoAmI?["agency"]?["titleEn"]} ({readiness.Agency})");
        has.Add("系统 client", readiness.ClientId);
        has.Add("登记于 enrolled", readiness.EnrolledAt is { } at ? CivilText.Minutes(at) : "网关配置 in the gateway's configuration");
        has.Add("令牌绑定 binding", $"要求 demanded {readiness.Binding.Demanded}，当前 shown {readiness.Binding.Shown}");
        has.Add("请求签名 signatures", readiness.Signatures == "required" ? "必须 required" : "可选 accepted");
        foreach (var key in readiness.Keys)
        {
            has.Add("公钥 key", $"{key.Kid}{(key.NotAfter is { } end ? $"  至 until {CivilText.Minutes(end)}" : "")}");
        }

        if (readiness.Certificate is { } certificate)
        {
            has.Add("证书 certificate", $"{certificate.Rule}{(certificate.NotAfter is { } end ? $"  至 until {CivilText.Minutes(end)}" : "")}");
        }

        has.Add("可用操作 operations", string.Create(CultureInfo.InvariantCulture, $"{readiness.Operations.Length}（--json 列出 lists them）"));
        has.Add("可发起 may open", string.Join(' ', (WhoAmI?["mayOpen"] as JsonArray ?? []).Select(type => $"{type}".Replace("exchangeTypes/", "", StringComparison.Ordinal))));
        has.Add("接收 delivery", $"{delivery.Channel}  等待 waiting {delivery.Waiting}，停止 stopped {delivery.Stopped}");
        has.Write(output);
        foreach (var finding in readiness.Findings)
        {
            output.WriteLine($"{(finding.Blocks ? "须处理 must" : "建议 advice")}  {finding.Zh} · {finding.En} [{finding.Code}]");
        }
    }

    private static string StateText(StepState state) => state switch
    {
        StepState.Done => "完成 done",
        StepState.Stands => "已有 stands",
        StepState.Failed => "失败 FAILED",
        StepState.Skipped => "未执行 skipped",
        _ => throw new InvalidOperationException($"state {state}"),
    };

}
