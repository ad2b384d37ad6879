using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>An exchange type as its file says, every name with its place. Titles and bases are null where the file was wrong there.</summary>
internal sealed record TypeDraft(
    YamlMapping At,
    Word? Id,
    LocalizedText? Title,
    ImmutableArray<LegalBasis> Basis,
    ImmutableArray<RoleDraft> Roles,
    ImmutableArray<StateDraft> States,
    ImmutableArray<Word> AttachmentKinds,
    ImmutableArray<StepDraft> Steps,
    ImmutableArray<ClockDraft> Clocks,
    ImmutableArray<HoldDraft> Holds,
    ImmutableArray<SearchDraft> Search,
    Word? CaseNumber,
    Retention? Retention,
    ReferenceDraft? Reference,
    ImmutableArray<VariantDraft> Variants)
{
    public StepDraft? Opening => Steps.FirstOrDefault(step => step.From is null);
}

internal sealed record RoleDraft(Word Name, LocalizedText? Title, ImmutableArray<Word> Reads, ImmutableArray<Word> OpenTo);

internal sealed record StateDraft(Word Name, LocalizedText? Title, bool Final);

/// <param name="From">Null where the key is absent: the opening step.</param>
/// <param name="Section">What the step puts or patches.</param>
/// <param name="ChangeFrom">Where in the payload the patch or extension stands; null for a put.</param>
/// <param name="Extends">Whether it lengthens what stands in the section.</param>
/// <param name="AppendMax">Most items of the section's list that the payload is added to; null where it is no append.</param>
internal sealed record StepDraft(
    Word Name,
    LocalizedText? Title,
    ImmutableArray<Word> By,
    ImmutableArray<Word>? From,
    Word? To,
    Word? Payload,
    Word? Section,
    Word? ChangeFrom,
    bool Extends,
    int? AppendMax,
    ImmutableArray<Word> Answers,
    ImmutableArray<Word> Closes,
    ImmutableArray<Word> Clears,
    ImmutableArray<PartyDraft> Parties,
    ImmutableArray<Word> Releases,
    ImmutableArray<Word> Deliver,
    bool Overtakes,
    ImmutableArray<Words> RequiredAttachments,
    ImmutableArray<ValueDraft> Allow,
    ImmutableArray<Word> Checks,
    TogetherDraft? Together);

internal sealed record TogetherDraft(Word Exchange, Word Take, Word Payload);

/// <summary>A list of names in a list of lists.</summary>
internal sealed record Words(ImmutableArray<Word> Items);

internal sealed record PartyDraft(YamlNode At, Word Role, Word? From, Word? Else, ImmutableArray<Word> Kinds, bool Required);

internal sealed record ValueDraft(Word Path, ImmutableArray<Word> Values, bool Negated);

internal sealed record ClockDraft(
    Word Name,
    LocalizedText? Title,
    ClockKind Kind,
    Word? Obligated,
    ImmutableArray<TriggerDraft> Start,
    ImmutableArray<Word> Stop,
    ImmutableArray<Word> Cancel,
    ImmutableArray<Word> Pause,
    ImmutableArray<Word> Resume,
    ImmutableArray<StandstillDraft> Standstills,
    (TimeLimit Value, YamlNode At)? Limit,
    Word? Due,
    CountingRule? Counting,
    ImmutableArray<Warning> Warnings,
    ImmutableArray<Word> Tell,
    bool PassesOn,
    ImmutableArray<ValueDraft> When,
    LegalBasis? Basis);

internal sealed record StandstillDraft(ImmutableArray<Word> From, ImmutableArray<Word> Until, Word? Each, Word? At);

internal sealed record ReferenceDraft(Word Path, ImmutableArray<Word> Types, ImmutableArray<EffectDraft> Effects);

internal sealed record EffectDraft(ImmutableArray<Word> On, Word Take, ImmutableArray<ValueDraft> When);

internal sealed record Warning(TimeSpan Lead, YamlNode At);

/// <summary>Exactly one of the first three is given; <paramref name="To"/> with a delivery only.</summary>
internal sealed record TriggerDraft(YamlNode At, Word? Fact, Word? Step, Word? To, Word? Expired);

internal sealed record HoldDraft(Word Name, ImmutableArray<FormedDraft> Parts, SpanDraft? Span, ImmutableArray<Word> While);

internal sealed record SpanDraft(Word From, Word To, LeadDraft? Before, LeadDraft? After, TimeSpan Step);

/// <summary>One of both is given.</summary>
internal sealed record LeadDraft(Word? Path, TimeSpan? Length);

internal sealed record FormedDraft(Word Path, ComparedAs Form);

internal sealed record SearchDraft(Word Name, FormedDraft Value);

/// <param name="Clocks">Null where the key is absent: all of them.</param>
internal sealed record VariantDraft(
    Word Name,
    LocalizedText? Title,
    ImmutableArray<Word> OpenTo,
    ImmutableArray<ValueDraft> Allow,
    ImmutableArray<Word> Checks,
    ImmutableArray<Words> RequiredAttachments,
    ImmutableArray<Word>? Clocks,
    LegalBasis? Basis);
