using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>Identity of an exchange type, such as <c>defence-notice.court</c>: a type and, where it has variants, the variant.</summary>
public readonly record struct ExchangeTypeId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A state of an exchange type.</summary>
public readonly record struct StateName(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A step of an exchange type.</summary>
public readonly record struct StepName(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A role that an agency plays in an exchange, such as <c>organ</c> (办案机关) or <c>aid-centre</c> (法律援助机构).</summary>
public readonly record struct RoleName(string Value)
{
    /// <summary>Who supervises the obligated party; told of warnings and breaches, no party of the exchange.</summary>
    public static readonly RoleName Supervisor = new("supervisor");

    /// <summary>The gateway itself: it alone takes the steps that are its own, such as recording what a body answered. No party of the exchange.</summary>
    public static readonly RoleName Gateway = new("gateway");

    public override string ToString() => Value;
}

/// <summary>A clock of an exchange type.</summary>
public readonly record struct ClockName(string Value)
{
    public override string ToString() => Value;
}

/// <summary>The form that names in configuration have: lower-case words joined by hyphens, 2 to 64 characters.</summary>
public static partial class NameForm
{
    public static bool IsName(string text) => text.Length is >= 2 and <= 64 && Words().IsMatch(text);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
