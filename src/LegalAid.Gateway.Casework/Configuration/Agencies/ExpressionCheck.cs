using System.Collections.Immutable;
using System.Xml;
using System.Xml.XPath;
using DevLab.JmesPath;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Whether an expression can be evaluated at all.</summary>
internal static class ExpressionCheck
{
    /// <summary>What is wrong with it; null where nothing is.</summary>
    public static string? FaultOf(string expression, AnswerLanguage language, ImmutableSortedDictionary<string, string> namespaces)
    {
        try
        {
            switch (language)
            {
                case AnswerLanguage.Json:
                    _ = new JmesPath().Parse(expression);
                    return null;
                case AnswerLanguage.Xml:
                    var names = new XmlNamespaceManager(new NameTable());
                    foreach (var (prefix, uri) in namespaces)
                    {
                        names.AddNamespace(prefix, uri);
                    }

                    XPathExpression.Compile(expression, names);
                    return null;
                default:
                    return null;
            }
        }
        catch (Exception wrong) when (wrong is XPathException or ArgumentException || wrong.GetType() == typeof(Exception))
        {
            return ConnectorRequestForm.OneLine(wrong.Message); // the JMESPath library throws bare exceptions
        }
    }
}
