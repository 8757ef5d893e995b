using System.Reflection;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Analyzers;

/// <summary>The usings that come with the package, src/DeepLearning/buildTransitive/DeepLearning.props.</summary>
public sealed class PackageUsingsTests
{
    // Namespaces that programs import beside ours often enough.
    private static readonly string[] s_others =
        ["System.Numerics.Tensors", "System.Reflection", "System.Numerics", "System.Text", "System.Diagnostics"];

    [Fact]
    public void A_common_program_needs_no_using() => Assert.Empty(UserCode.Errors(true,
        """
        Net model = new();
        Trainer trainer = new(model, new Adam(model.Parameters()), new CrossEntropyLoss())
        {
            Metrics = [Metric.Accuracy()], Schedule = new CosineSchedule(steps: 10),
        };
        TensorDataset set = new(Tensor.Randn(8, 2), Tensor.RandInt(0, 3, [8]));
        History history = trainer.Fit(DataLoader.Create(set, 4), epochs: 1);
        RunReport.From("a run", trainer).Save("report.html");
        Module<Tensor, Tensor> general = model;
        Module any = general;

        internal sealed class Net : Module<Tensor, Tensor>
        {
            private readonly Linear _layer = new(2, 3);

            public override Tensor Forward(Tensor x) => _layer.Forward(x).Relu();
        }
        """));

    [Fact]
    public void No_type_of_ours_has_the_name_of_one_that_the_SDK_imports()
    {
        HashSet<string> ours = Names(typeof(Tensor).Assembly.GetExportedTypes(), [.. Namespaces()]);
        Assert.Empty(ours.Intersect(Names(FrameworkTypes(), UserCode.SdkNamespaces)));
    }

    [Fact]
    public void Names_that_are_common_elsewhere_have_an_alias_that_decides()
    {
        HashSet<string> ours = Names(typeof(Tensor).Assembly.GetExportedTypes(), [.. Namespaces()]);
        string[] clashes = [.. ours.Intersect(Names(FrameworkTypes(), s_others)).Order(StringComparer.Ordinal)];
        string[] aliases = [.. UserCode.PackageUsings.Where(static item => item.Alias is not null).Select(static item => item.Alias!)];
        Assert.Equal(clashes, aliases.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Another_Tensor_and_another_Module_do_not_disturb() => Assert.Empty(UserCode.Errors(true,
        """
        using System.Numerics;
        using System.Numerics.Tensors;
        using System.Reflection;

        Tensor a = Tensor.Ones(2);
        Tensor<float> theirs = System.Numerics.Tensors.Tensor.Create<float>([1f, 2f]);
        Module module = new Linear(1, 1);
        Assembly assembly = typeof(Linear).Assembly;
        Console.WriteLine($"{a}{theirs}{module}{assembly}{Vector<float>.Count}{TensorPrimitives.Sum([1f])}");
        """));

    [Fact]
    public void The_usual_usings_may_stand_in_a_file_as_well() => Assert.Empty(UserCode.Errors(true,
        """
        using DeepLearning;
        using DeepLearning.Layers;
        using DeepLearning.Numerics;

        Tensor a = new Linear(2, 2).Forward(Tensor.Ones(1, 2));
        """));

    [Fact]
    public void A_type_of_the_user_wins_in_its_namespace() => Assert.Empty(UserCode.Errors(true,
        """
        namespace Mine;

        internal sealed class Module
        {
            public static Module Of(Tensor tensor) => tensor.Value;
        }

        internal sealed class Tensor
        {
            public Module Value { get; } = new();
        }

        internal sealed class Linear
        {
            public static Linear Make() => new();
        }
        """));

    [Fact]
    public void Every_namespace_is_there_and_all_but_the_special_ones_are_imported()
    {
        string[] all = [.. typeof(Tensor).Assembly.GetExportedTypes().Select(static type => type.Namespace!).Distinct()];
        Assert.Equal(
            all.Except(["DeepLearning.Numerics", "DeepLearning.Serialization"]).Order(StringComparer.Ordinal),
            Namespaces().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Namespaces() =>
        UserCode.PackageUsings.Where(static item => item.Alias is null).Select(static item => item.Name);

    private static IEnumerable<Type> FrameworkTypes() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .SelectMany(static path => Assembly.Load(AssemblyName.GetAssemblyName(path)).GetExportedTypes());

    /// <summary>
    /// The names of public types that code writes: a name with type parameters is another one, and classes of extension methods have none.
    /// </summary>
    private static HashSet<string> Names(IEnumerable<Type> types, IReadOnlyCollection<string> namespaces) =>
    [
        .. from type in types
           where !type.IsNested && namespaces.Contains(type.Namespace) && !type.Name.EndsWith("Extensions", StringComparison.Ordinal)
           select type.Name,
    ];
}
