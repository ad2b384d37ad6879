using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Checks what types say of each other.</summary>
internal static class ReferenceRules
{
    /// <summary>What is referred to, once every type was read: it exists, and has the steps that are taken there.</summary>
    public static void Check(IReadOnlyList<TypeDraft> drafts, bool whole, FaultSink faults)
    {
        foreach (var reference in drafts.Select(draft => draft.Reference).OfType<ReferenceDraft>())
        {
            foreach (var name in reference.Types)
            {
                var type = drafts.FirstOrDefault(draft => Names(draft).Contains(name.Text, StringComparer.Ordinal));
                if (type is null && whole)
                {
                    faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "业务类型 exchange type", name.Text);
                }

                foreach (var effect in type is null ? [] : reference.Effects.Where(effect => !type.Steps.Any(step => Takes(step, effect))))
                {
                    faults.Add(effect.Take.At, ExchangeTypeFaults.ReferenceStep, name.Text, effect.Take.Text, ReferenceEffect.Payload);
                }
            }
        }
    }

    private static IEnumerable<string> Names(TypeDraft draft) =>
        draft.Variants.IsEmpty ? [draft.Id?.Text ?? ""] : draft.Variants.Select(variant => $"{draft.Id?.Text}.{variant.Name.Text}");

    private static bool Takes(StepDraft step, EffectDraft effect) =>
        step.Name.Text == effect.Take.Text && step.By.Any(role => role.Text == RoleName.Gateway.Value) && step.Payload?.Text == ReferenceEffect.Payload;
}
