namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What is known of a statement. In the order of the strong logic of Kleene: "and" is the least, "or" the greatest, "not" the mirror.</summary>
public enum Truth : byte
{
    No = 0,

    /// <summary>A fact is missing, or the law's own figure is (<see cref="ParameterRow"/> without a value). Never a no.</summary>
    Unknown = 1,

    Yes = 2,
}
