using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Operations;

/// <summary>By whose decision a key or the configuration changed, as its leaf says.</summary>
/// <param name="Approval">What two people agreed on; null: it took nobody's approval, or there was none.</param>
/// <param name="Operator">Who acted on the machine; null: nobody did, a start found it so.</param>
/// <param name="Reason">Theirs.</param>
/// <param name="Review">The review after the fact, of what took two people and was done without; null otherwise.</param>
internal sealed record Authority(Guid? Approval = null, string? Operator = null, string? Reason = null, Guid? Review = null)
{
    /// <summary>A start or a look found it so, where nobody's approval is asked for.</summary>
    public static readonly Authority None = new();

    public void PutOn(JsonObject facts)
    {
        Put(facts, "approval", Approval?.ToString("D"));
        Put(facts, "operator", Operator);
        Put(facts, "reason", Reason);
        Put(facts, "review", Review?.ToString("D"));
        if (Review is not null)
        {
            facts["withoutApproval"] = true;
        }
    }

    private static void Put(JsonObject facts, string name, string? value)
    {
        if (value is not null)
        {
            facts[name] = value;
        }
    }
}
