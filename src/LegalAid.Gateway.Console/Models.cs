using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.ConsolePages;

/// <summary>Who looks at a page; null in its place: nobody is signed in.</summary>
/// <param name="Form">With which forms of this session are posted.</param>
public sealed record Visitor(string Name, LocalizedText Agency, StaffRole Role, FormToken Form);

/// <summary>The hidden field that shows that a form is one of ours, in this session (antiforgery).</summary>
public sealed record FormToken(string Field, string Value);

/// <summary>An agency at whose provider its people sign in.</summary>
/// <param name="Start">Where the sign-in begins.</param>
public sealed record SignInChoice(LocalizedText Agency, string Start);

/// <summary>What somebody typed who asks to let a system in.</summary>
public sealed record SystemForm(string Agency, string Client, string Binding, string Hours, bool Signs, string Reason);

/// <summary>One of the gateway's own keys, as a page shows it.</summary>
/// <param name="Ask">Where a change of it is asked for; null: there is nothing to ask for.</param>
/// <param name="AskText">What would be asked for.</param>
/// <param name="Approval">By which approval it stands so; null: by none.</param>
public sealed record KeyView(
    LocalizedText Purpose, string Name, string Thumbprint, LocalizedText State, DateTimeOffset? At, Guid? Approval, string? Ask, LocalizedText? AskText);

/// <summary>What somebody typed who asks for a change of a key.</summary>
/// <param name="Act">"take" or "retire".</param>
public sealed record KeyForm(string Act, string Key, string Reason);

/// <summary>What takes two people, as a page shows it.</summary>
/// <param name="Order">What is to be done, to the letter.</param>
/// <param name="Review">It was done already, on the machine, and is looked at afterwards.</param>
/// <param name="Target">What it is about, for a list.</param>
public sealed record ApprovalView(
    Guid Id,
    LocalizedText Act,
    LocalizedText Status,
    bool Review,
    bool Open,
    string Target,
    string Order,
    string Digest,
    string Reason,
    string AskedName,
    DateTimeOffset AskedAt,
    DateTimeOffset ExpiresAt,
    string? DecidedName,
    DateTimeOffset? DecidedAt,
    string DecisionReason,
    string Outcome);

/// <summary>What the visitor can do with an approval.</summary>
public enum ApprovalChoice
{
    /// <summary>Look at it.</summary>
    Look,

    /// <summary>It is the visitor's own: another decides.</summary>
    OwnRequest,

    /// <summary>Decide, once they have proved anew who they are.</summary>
    StepUp,

    /// <summary>Decide.</summary>
    Decide,
}

/// <summary>Words that pages share.</summary>
public static class Words
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    public static LocalizedText Of(StaffRole role) => role switch
    {
        StaffRole.Operator => new("业务操作员", "Operator"),
        StaffRole.Auditor => new("安全审计员", "Auditor"),
        StaffRole.Administrator => new("系统管理员", "Administrator"),
        _ => throw new InvalidOperationException($"role {role}"),
    };

    /// <summary>Beijing time.</summary>
    public static string Of(DateTimeOffset instant) =>
        instant.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The style sheet of all pages.</summary>
public static class ConsoleStyle
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(ConsoleStyle).Assembly.GetManifestResourceStream("style.css")
            ?? throw new InvalidOperationException("the style sheet is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
