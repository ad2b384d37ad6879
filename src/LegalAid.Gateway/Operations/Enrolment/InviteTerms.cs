using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>With what a system is invited.</summary>
/// <param name="Binding">To what its tokens must be bound, as the configuration names it (<see cref="EnrolVerbs.Bindings"/>).</param>
/// <param name="Signs">Whether its requests must be signed.</param>
/// <param name="Hours">How long its code is good.</param>
internal sealed record InviteTerms(string Agency, string ClientId, string Binding, bool Signs, int Hours)
{
    public const int HoursMax = 24 * 30;

    /// <summary>Of what <see cref="ToJson"/> wrote; null where it is none.</summary>
    public static InviteTerms? TryRead(JsonNode? json)
    {
        try
        {
            return json.Deserialize<InviteTerms>(EnrolmentJson.Options) is { Agency: not null, ClientId: not null, Binding: not null } terms ? terms : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, EnrolmentJson.Options)?.AsObject() ?? throw new InvalidOperationException("a record is no null");
}

/// <summary>Why a system is not invited.</summary>
internal enum InviteFault
{
    None,
    UnknownAgency,
    ClientId,
    Binding,
    Hours,

    /// <summary>It takes two people, and they have not agreed on it, or it was used, or too long ago.</summary>
    NotApproved,

    /// <summary>They agreed on something else.</summary>
    OtherThanApproved,

    /// <summary>Somebody else invited it in this instant.</summary>
    Moved,
}

internal static class InviteFaults
{
    /// <summary>For the operator.</summary>
    public static LocalizedText TextOf(InviteFault fault) => fault switch
    {
        InviteFault.UnknownAgency => new("配置中没有这个机构。", "The configuration has no such agency."),
        InviteFault.ClientId => new("客户端编号不合规或已使用。", "The client id is malformed or in use."),
        InviteFault.Binding => new($"令牌绑定须为：{string.Join("、", EnrolVerbs.Bindings.Keys)}。", $"A binding is one of: {string.Join(", ", EnrolVerbs.Bindings.Keys)}."),
        InviteFault.Hours => new($"有效期为 1 至 {InviteTerms.HoursMax} 小时。", $"A code is good for 1 to {InviteTerms.HoursMax} hours."),
        InviteFault.NotApproved => new(
            "登记须双人复核：请先在 /console/approvals/new-system 申请，由另一名管理员批准。",
            "An enrolment takes two people: ask at /console/approvals/new-system, and have another administrator approve."),
        InviteFault.OtherThanApproved => new("与批准的内容不一致。", "That is not what was approved."),
        InviteFault.Moved => new("同时被改动，请重试。", "It was changed at the same time: try again."),
        _ => throw new InvalidOperationException($"{fault} is no fault"),
    };

    /// <summary>The word by which an approval's outcome names it.</summary>
    public static string WordOf(InviteFault fault) => string.Concat(fault.ToString().Select((letter, at) =>
        char.IsUpper(letter) ? $"{(at > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
