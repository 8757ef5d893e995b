using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DeepLearning.Analyzers;

/// <summary>
/// Warns about code that compiles, runs and does something else than it looks like: a result that is thrown away, a layer that is made anew
/// at every call, tensors compared as objects.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SilentMistakeAnalyzer : DiagnosticAnalyzer
{
    private const string Category = "Usage", InPlace = "InPlace";

    /// <summary>A result that is thrown away.</summary>
    public static readonly DiagnosticDescriptor UnusedResult = new(
        "DL0001", "The result of a tensor operation is not used",
        "'{0}' changes nothing and returns its result, which is not used here; assign it{1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "Forward, losses and the operations of tensors return new tensors. To throw a result away on purpose, write '_ = …'.");

    /// <summary>A layer made at every call.</summary>
    public static readonly DiagnosticDescriptor LayerInForward = new(
        "DL0002", "A layer is made inside Forward",
        "A new {0} is made at every call: its weights are never trained, saved or switched to evaluation; make it once, in a field",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "A model finds its parameters through its fields. An optimizer never sees those of a layer that a call makes.");

    /// <summary>Tensors compared as objects.</summary>
    public static readonly DiagnosticDescriptor ReferenceComparison = new(
        "DL0003", "Tensors are compared as objects",
        "'{0}' asks whether both are the same object, whatever their elements are; use EqualTo (element by element), Equal (all of them) "
            + "or ReferenceEquals",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        description: "The operator == of tensors is that of objects, so that dictionaries and null checks work.");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(UnusedResult, LayerInForward, ReferenceComparison);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (Library.Find(start.Compilation) is { } library)
            {
                start.RegisterOperationAction(c => CheckStatement(c, library), OperationKind.ExpressionStatement);
                start.RegisterOperationAction(c => CheckCreation(c, library), OperationKind.ObjectCreation);
                start.RegisterOperationAction(c => CheckComparison(c, library), OperationKind.Binary);
                start.RegisterOperationAction(c => CheckEquals(c, library), OperationKind.Invocation);
            }
        });
    }

    private static void CheckStatement(OperationAnalysisContext context, Library library)
    {
        IOperation operation = ((IExpressionStatementOperation)context.Operation).Operation;
        if (operation is IConditionalAccessOperation conditional)
        {
            operation = conditional.WhenNotNull;
        }

        // The body of a lambda without a result is such a statement, too, and often means to throw the result away.
        if (!context.Operation.IsImplicit && operation is IInvocationOperation { TargetMethod: var method } && IsPure(method, library))
        {
            string inPlace = method.Name + InPlace;
            string other = library.Tensor.GetMembers(inPlace).IsEmpty ? "" : $", or use {inPlace}";
            context.ReportDiagnostic(Diagnostic.Create(UnusedResult, operation.Syntax.GetLocation(), method.Name, other));
        }
    }

    /// <summary>Whether a method's result is all that it does.</summary>
    private static bool IsPure(IMethodSymbol method, Library library) =>
        !method.ReturnsVoid
        && ((method.Name == "Forward" && Library.Is(method.ContainingType, library.Module))
            || (Library.Is(method.ReturnType, library.Tensor)
                && (SymbolEqualityComparer.Default.Equals(method.ContainingType, library.Loss)
                    || (SymbolEqualityComparer.Default.Equals(method.ContainingType, library.Tensor)
                        && !method.Name.EndsWith(InPlace, StringComparison.Ordinal) && method.Name is not ("CopyFrom" or "RetainGrad")))));

    private static void CheckCreation(OperationAnalysisContext context, Library library)
    {
        if (context.Operation.Type is { } type && Library.Is(type, library.Module) && IsForward(context.ContainingSymbol, library)
            && library.HasState(type))
        {
            context.ReportDiagnostic(Diagnostic.Create(LayerInForward, context.Operation.Syntax.GetLocation(), type.Name));
        }
    }

    private static bool IsForward(ISymbol symbol, Library library) =>
        symbol is IMethodSymbol { IsOverride: true, Name: "Forward" or "Compute" } && Library.Is(symbol.ContainingType, library.Module);

    private static void CheckComparison(OperationAnalysisContext context, Library library)
    {
        IBinaryOperation comparison = (IBinaryOperation)context.Operation;
        if (comparison.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && comparison.OperatorMethod is null
            && IsTensor(comparison.LeftOperand, library) && IsTensor(comparison.RightOperand, library))
        {
            string sign = comparison.OperatorKind == BinaryOperatorKind.Equals ? "==" : "!=";
            context.ReportDiagnostic(Diagnostic.Create(ReferenceComparison, comparison.Syntax.GetLocation(), sign));
        }
    }

    private static void CheckEquals(OperationAnalysisContext context, Library library)
    {
        IInvocationOperation call = (IInvocationOperation)context.Operation;
        bool isEquals = call.TargetMethod is { Name: "Equals", ContainingType.SpecialType: SpecialType.System_Object };
        IOperation[] compared =
            [.. call.Instance is { } instance ? (IOperation[])[instance] : [], .. call.Arguments.Select(static argument => argument.Value)];
        if (isEquals && compared.Length == 2 && compared.All(value => IsTensor(value, library)))
        {
            context.ReportDiagnostic(Diagnostic.Create(ReferenceComparison, call.Syntax.GetLocation(), "Equals"));
        }
    }

    private static bool IsTensor(IOperation operation, Library library)
    {
        // A tensor's implicit conversion to object stands between.
        while (operation is IConversionOperation { IsImplicit: true, OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return Library.Is(operation.Type, library.Tensor);
    }
}
