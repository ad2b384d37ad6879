namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What an expression found in an answer.</summary>
internal readonly record struct AnswerText(AnswerFinding Finding, string Text)
{
    public static AnswerText Nothing { get; } = new(AnswerFinding.Nothing, "");

    /// <summary>A list, an object, or what the expression cannot be evaluated on.</summary>
    public static AnswerText Misfit { get; } = new(AnswerFinding.Misfit, "");

    public static AnswerText Of(string text) => new(AnswerFinding.Text, text);
}

internal enum AnswerFinding
{
    Nothing,
    Text,
    Misfit,
}

/// <summary>An answer that was read, for expressions to look through. Never throws.</summary>
internal interface IReadAnswer
{
    /// <summary>One text, number (as it stands in the answer) or truth value (<c>true</c>, <c>false</c>).</summary>
    AnswerText Find(string expression);

    /// <summary>The answer for a person to read, indented.</summary>
    string Shown { get; }
}
