namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>How sure a rule is (the marks of the domain reference).</summary>
public enum Certainty
{
    /// <summary>S: read in the text of the statute or an official notice.</summary>
    Statute,

    /// <summary>K: known practice, not read in the source.</summary>
    KnownPractice,

    /// <summary>?: to be confirmed before it is shown as fact.</summary>
    Unconfirmed,
}

/// <summary>Where a rule comes from. Travels with every clock, check and row that rests on it.</summary>
/// <param name="Instrument">The instrument's name, such as 法律援助法.</param>
/// <param name="Article">Article, such as <c>36</c> or <c>25¶1</c>; empty where the whole instrument is meant.</param>
/// <param name="Mark">How sure the rule is.</param>
public sealed record LegalBasis(string Instrument, string Article, Certainty Mark)
{
    public string MarkText => Mark switch
    {
        Certainty.Statute => "S",
        Certainty.KnownPractice => "K",
        Certainty.Unconfirmed => "?",
        _ => throw new InvalidOperationException($"mark {Mark}"),
    };

    public override string ToString() => Article.Length == 0 ? Instrument : $"{Instrument} {Article}";
}

/// <summary>A name for people, Chinese first.</summary>
public sealed record LocalizedText(string Zh, string En);
