using System.Globalization;
using DeepLearning.Analyzers;
using DeepLearning.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DeepLearning.Tests.Analyzers;

public sealed class SilentMistakeAnalyzerTests
{
    [Theory]
    [InlineData("model.Forward(x);", "Forward")]
    [InlineData("new Sequential(model).Forward(x);", "Forward")]
    [InlineData("new CrossEntropyLoss().Forward(x, y);", "Forward")]
    [InlineData("Loss.MSE(x, y);", "MSE")]
    [InlineData("x.Relu();", "ReluInPlace")]
    [InlineData("x?.Sum();", "Sum")]
    [InlineData("x.To(DType.Float64);", "To")]
    [InlineData("Tensor.Cat([x, y]);", "Cat")]
    [InlineData("if (x.Rank == 2) x.Reshape(-1);", "Reshape")]
    [InlineData("for (int i = 0; i < 3; i++) { x.Add(1); }", "AddInPlace")]
    public async Task A_result_that_is_thrown_away_is_told(string statement, string word)
    {
        Diagnostic told = Assert.Single(await Warnings(statement));
        Assert.Equal("DL0001", told.Id);
        Assert.Contains(word, told.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_ = model.Forward(x);")]
    [InlineData("Tensor z = model.Forward(x);")]
    [InlineData("x.ReluInPlace();")]
    [InlineData("x.CopyFrom(y);")]
    [InlineData("x.RetainGrad();")]
    [InlineData("x.Sum().Backward();")]
    [InlineData("Console.WriteLine(x.Relu());")]
    [InlineData("Action a = () => x.Relu();")]
    [InlineData("Func<Tensor> f = () => x.Relu(); f();")]
    [InlineData("model.Train(); model.ZeroGrad(); model.Parameters();")]
    [InlineData("Initialize.Zeros(model.Weight);")]
    public async Task What_has_an_effect_or_is_used_is_not(string statement) => Assert.Empty(await Warnings(statement));

    [Theory]
    [InlineData("x == y", "==")]
    [InlineData("x != y", "!=")]
    [InlineData("model.Weight == x", "==")]
    [InlineData("x.Equals(y)", "Equals")]
    [InlineData("object.Equals(x, y)", "Equals")]
    public async Task Tensors_compared_as_objects_are_told(string comparison, string sign)
    {
        Diagnostic told = Assert.Single(await Warnings($"if ({comparison}) {{ Console.WriteLine(); }}"));
        Assert.Equal("DL0003", told.Id);
        Assert.Contains($"'{sign}'", told.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x == null")]
    [InlineData("null != x")]
    [InlineData("x is null")]
    [InlineData("ReferenceEquals(x, y)")]
    [InlineData("(object)x == (object)y")]
    [InlineData("x.Equal(y)")]
    [InlineData("x.EqualTo(y).All().Item<bool>()")]
    [InlineData("x.Shape == y.Shape")]
    [InlineData("(float)x == (float)y")]
    public async Task Other_comparisons_are_not(string comparison) =>
        Assert.Empty(await Warnings($"if ({comparison}) {{ Console.WriteLine(); }}"));

    [Theory]
    [InlineData("new Linear(2, 2).Forward(x)", "Linear")]
    [InlineData("new Dropout(0.5).Forward(x)", "Dropout")]
    [InlineData("new BatchNorm1d(2).Forward(x)", "BatchNorm1d")]
    [InlineData("(_late ??= new Linear(2, 2)).Forward(x)", "Linear")]
    [InlineData("Twice(() => new Inner()).Forward(x)", "Inner")]
    public async Task A_layer_made_in_Forward_is_told(string expression, string type)
    {
        Diagnostic told = Assert.Single(await Warnings("", expression));
        Assert.Equal("DL0002", told.Id);
        Assert.Contains($"A new {type} is made", told.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_early.Forward(x)")]
    [InlineData("new ReLU().Forward(x)")]
    [InlineData("new Tensor[] { x }[0]")]
    public async Task A_layer_without_state_or_made_before_is_not(string expression) => Assert.Empty(await Warnings("", expression));

    [Fact]
    public async Task A_program_without_the_library_is_left_alone() =>
        Assert.Empty(await Of(UserCode.Compile(false, "object a = 1, b = 2; Console.WriteLine(a == b);").RemoveReferences(
            [.. UserCode.Compile(false).References.Where(static r => r.Display!.EndsWith("DeepLearning.dll", StringComparison.Ordinal))])));

    private static async Task<Diagnostic[]> Warnings(string statement, string forward = "x") => await Of(UserCode.Compile(true,
        $$"""
        Tensor x = Tensor.Ones(2, 2), y = Tensor.Ones(2, 2);
        Linear model = new(2, 2);
        {{statement}}

        internal sealed class Inner : Module<Tensor, Tensor>
        {
            public override Tensor Forward(Tensor x) => x;
        }

        internal sealed class Net : Module<Tensor, Tensor>
        {
            private readonly Linear _early = new(2, 2);
            private Linear? _late;

            public override Tensor Forward(Tensor x) => {{forward}};

            private static Module<Tensor, Tensor> Twice(Func<Module<Tensor, Tensor>> make) => make();
        }
        """));

    private static async Task<Diagnostic[]> Of(CSharpCompilation compilation)
    {
        Assert.DoesNotContain(compilation.GetDiagnostics(), static d => d.Severity == DiagnosticSeverity.Error);
        CompilationWithAnalyzers analyzed = compilation.WithAnalyzers([new SilentMistakeAnalyzer()]);
        return [.. await analyzed.GetAnalyzerDiagnosticsAsync()];
    }
}
