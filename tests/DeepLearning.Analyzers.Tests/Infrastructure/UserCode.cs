using System.Collections.Immutable;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>Compiles code as a user's project would: a console program with implicit usings and those of the package.</summary>
internal static class UserCode
{
    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.CSharp14);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal)
                    || name is "DeepLearning.dll" or "netstandard.dll" or "mscorlib.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The namespaces that the .NET SDK imports into a console program.</summary>
    public static IReadOnlyList<string> SdkNamespaces { get; } =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    /// <summary>The usings that come with the package: namespaces, and aliases with what they stand for.</summary>
    public static IReadOnlyList<(string Name, string? Alias)> PackageUsings { get; } =
    [
        .. XDocument.Load(RepositoryFiles.PathOf("src", "DeepLearning", "buildTransitive", "DeepLearning.props")).Descendants("Using")
            .Select(static item => (item.Attribute("Include")!.Value, item.Attribute("Alias")?.Value)),
    ];

    /// <summary>A program of one file or several, with the usings of the SDK and, unless told otherwise, of the package.</summary>
    public static CSharpCompilation Compile(bool packageUsings, params IEnumerable<string> files)
    {
        IEnumerable<string> usings =
        [
            .. SdkNamespaces.Select(static name => $"global using {name};"),
            .. packageUsings
                ? PackageUsings.Select(static item => $"global using {(item.Alias is null ? "" : item.Alias + " = ")}{item.Name};")
                : [],
        ];
        SyntaxTree[] trees =
            [.. files.Prepend(string.Join('\n', usings)).Select(static text => CSharpSyntaxTree.ParseText(text, s_parsing))];
        bool isProgram = trees.Any(static tree => tree.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any());
        return CSharpCompilation.Create(
            "UserCode", trees, s_references,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The errors, as a compiler writes them; some are found only when the code is emitted.</summary>
    public static string[] Errors(bool packageUsings, params IEnumerable<string> files) =>
    [
        .. Compile(packageUsings, files).Emit(Stream.Null).Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error)
            .Select(static d => d.ToString()),
    ];
}
