using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>Modules and parameters in whatever a field holds are found, or refused.</summary>
public sealed class ModuleContainerTests
{
    private static readonly string[] Positions = ["held.0.weight", "held.1.weight"], Keys = ["held.a.weight", "held.b.weight"];

    private static readonly Dictionary<string, (Func<Linear, Linear, object> Make, string[] Names)> Found = new()
    {
        ["array"] = (static (a, b) => new[] { a, b }, Positions),
        ["array of objects"] = (static (a, b) => new object[] { a, b }, Positions),
        ["matrix"] = (static (a, b) => new Module[,] { { a }, { b } }, Positions),
        ["list"] = (static (a, b) => new List<Module> { a, b }, Positions),
        ["ArrayList"] = (static (a, b) => new ArrayList { a, b }, Positions),
        ["queue"] = (static (a, b) => new Queue<Linear>([a, b]), Positions),
        ["linked list"] = (static (a, b) => new LinkedList<Linear>([a, b]), Positions),
        ["set"] = (static (a, b) => new HashSet<Linear> { a, b }, Positions),
        ["read-only collection"] = (static (a, b) => new ReadOnlyCollection<Linear>([a, b]), Positions),
        ["immutable array"] = (static (a, b) => ImmutableArray.Create(a, b), Positions),
        ["immutable list"] = (static (a, b) => ImmutableList.Create(a, b), Positions),
        ["query of existing ones"] = (static (a, b) => new[] { a, b }.Where(static _ => true), Positions),
        ["tuple"] = (static (a, b) => (a, b), Positions),
        ["tuple of classes"] = (static (a, b) => Tuple.Create(a, b), Positions),
        ["tuple with a name"] = (static (a, b) => ("first", a, b, 3), ["held.1.weight", "held.2.weight"]),
        ["dictionary"] = (static (a, b) => new Dictionary<string, Linear> { ["b"] = b, ["a"] = a }, ["held.b.weight", "held.a.weight"]),
        ["dictionary of numbers"] = (static (a, b) => new Dictionary<int, Module> { [0] = a, [1] = b }, Positions),
        ["sorted dictionary"] = (static (a, b) => new SortedDictionary<string, Linear> { ["b"] = b, ["a"] = a }, Keys),
        ["ordered dictionary"] = (static (a, b) => new OrderedDictionary<string, Linear> { ["a"] = a, ["b"] = b }, Keys),
        ["read-only dictionary"] = (static (a, b) => new Dictionary<string, Linear> { ["b"] = b, ["a"] = a }.AsReadOnly(), Keys),
        ["frozen dictionary"] = (static (a, b) => new Dictionary<string, Linear> { ["b"] = b, ["a"] = a }.ToFrozenDictionary(), Keys),
        ["immutable dictionary"] = (static (a, b) => new Dictionary<string, Linear> { ["b"] = b, ["a"] = a }.ToImmutableDictionary(), Keys),
        ["concurrent dictionary"] =
            (static (a, b) => new ConcurrentDictionary<string, Linear>(new Dictionary<string, Linear> { ["b"] = b, ["a"] = a }), Keys),
        ["Hashtable"] = (static (a, b) => new Hashtable { ["b"] = b, ["a"] = a }, Keys),
        ["list of lists"] = (static (a, b) => new List<List<Linear>> { new() { a }, new() { b } }, ["held.0.0.weight", "held.1.0.weight"]),
        ["list of tuples"] = (static (a, b) => new List<(string, Linear)> { ("x", a), ("y", b) }, ["held.0.1.weight", "held.1.1.weight"]),
        ["dictionary of arrays"] =
            (static (a, b) => new Dictionary<string, Linear[]> { ["a"] = [a], ["b"] = [b] }, ["held.a.0.weight", "held.b.0.weight"]),
        ["tuple of dictionaries"] = (
            static (a, b) => (new Dictionary<string, Linear> { ["a"] = a }, new Dictionary<string, Linear> { ["b"] = b }),
            ["held.0.a.weight", "held.1.b.weight"]),
        ["list of parameters"] = (static (a, b) => new List<Parameter> { a.Weight, b.Weight }, ["held.0", "held.1"]),
        ["dictionary of parameters"] =
            (static (a, b) => new Dictionary<string, Parameter> { ["a"] = a.Weight, ["b"] = b.Weight }, ["held.a", "held.b"]),
        ["tuple of parameters"] = (static (a, b) => (a.Weight, b.Weight), ["held.0", "held.1"]),
        ["list with nulls"] = (static (a, b) => new List<Linear?> { null, a, null, b }, ["held.1.weight", "held.3.weight"]),
    };

    private static readonly Dictionary<string, (Func<Linear, object> Make, string Message)> Refused = new()
    {
        ["lazy"] = (static a => new Lazy<Linear>(a), "Lazy<Linear>"),
        ["pair"] = (static a => new KeyValuePair<string, Linear>("a", a), "KeyValuePair<String, Linear>"),
        ["reference"] = (static a => new WeakReference<Module>(a), "WeakReference<Module>"),
        ["list of pairs"] = (static a => new List<KeyValuePair<string, Linear>> { new("a", a) }, "KeyValuePair<String, Linear>"),
        ["query of new ones"] = (static _ => Enumerable.Range(0, 2).Select(static _ => new Linear(2, 2, bias: false)), "ToArray()"),
        ["query of tuples"] = (static a => new[] { a }.Select(static layer => ("x", layer)), "not found"),
        ["key with a dot"] = (static a => new Dictionary<string, Linear> { ["a.b"] = a }, "'a.b'"),
        ["empty key"] = (static a => new Dictionary<string, Linear> { [""] = a }, "empty"),
        ["modules as keys"] = (static a => new Dictionary<Linear, int> { [a] = 1 }, "as its keys"),
        ["tensor that wants a gradient"] = (static _ => new List<Tensor> { Leaf() }, "no Parameter"),
        ["tensor that wants a gradient, alone"] = (static _ => Leaf(), "no Parameter"),
        ["tensor that wants a gradient, by name"] = (static _ => new Dictionary<string, Tensor> { ["a"] = Leaf() }, "held.a"),
    };

    public static TheoryData<string> FoundNames => [.. Found.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(FoundNames))]
    public void Modules_in_a_container_are_found_and_named_by_their_places(string kind)
    {
        Linear a = new(2, 3, bias: false), b = new(3, 2, bias: false);
        (Func<Linear, Linear, object> make, string[] names) = Found[kind];
        Holder holder = new(make(a, b));
        Assert.Equal(names, holder.StateDict().Keys);
        Assert.Equal(2, holder.Parameters().Count);
        Assert.Contains(a.Weight, holder.Parameters());
        Assert.Contains(b.Weight, holder.Parameters());
        Assert.Equal(names, new Holder(make(a, b)).NamedParameters().Select(static p => p.Name));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void What_cannot_be_found_is_refused_in_words(string kind)
    {
        (Func<Linear, object> make, string message) = Refused[kind];
        Holder holder = new(make(new Linear(2, 2, bias: false)));
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => holder.Parameters()).Message, StringComparison.Ordinal);
        Assert.Contains("held", Assert.Throws<InvalidOperationException>(() => holder.StateDict()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Containers_of_other_things_are_passed_over()
    {
        foreach (object other in (object[])[
            new List<double> { 1 }, new Dictionary<string, int> { ["a.b"] = 1 }, (1, "x"), default(ImmutableArray<Linear>),
            new int?[] { 1, null }, new Lazy<int>(1), new List<Tensor> { Tensor.Zeros(2) }, new Func<Linear>(static () => new Linear(1, 1)),
            Endless(), new Dictionary<string, Func<Module>> { ["x"] = static () => new ReLU() }])
        {
            Assert.Empty(new Holder(other).StateDict());
        }

        static IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return 1;
            }
        }
    }

    [Fact]
    public void A_container_that_contains_itself_is_refused()
    {
        List<object> list = [];
        list.Add(list);
        Assert.Contains("contain themselves", Assert.Throws<InvalidOperationException>(() => new Holder(list).Parameters()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_value_types_are_looked_into()
    {
        Structs model = new();
        Assert.Equal(
            ["pair.0.weight", "pair.1.weight", "array.0.weight", "maybe.0.weight", "own.weight"], model.StateDict().Keys);
        Structs other = new();
        other.LoadStateDict(model.StateDict());
        Assert.True(other.Parameters()[0].Equal(model.Parameters()[0]));
    }

    [Fact]
    public void A_dictionary_that_refers_to_other_fields_adds_no_names()
    {
        Lookup model = new();
        Assert.Equal(["by_name.third.weight", "first.weight", "list.0.weight"], model.StateDict().Keys);
    }

    [Fact]
    public void Buffers_may_be_in_a_container()
    {
        Buffers model = new();
        Assert.Equal(["masks.0", "masks.1"], model.StateDict().Keys);
        Assert.Equal(2, model.Buffers().Count);
    }

    [Fact]
    public void A_container_trains_and_changes_mode_with_its_module()
    {
        Dropout dropout = new();
        Holder holder = new(new Dictionary<string, Module> { ["drop"] = dropout });
        holder.Eval();
        Assert.False(dropout.Training);
        Assert.Equal("held.drop", dropout.Path);
    }

    private static Tensor Leaf()
    {
        Tensor leaf = Tensor.Zeros(2);
        leaf.RequiresGrad = true;
        return leaf;
    }

    private sealed class Holder(object held) : Module<Tensor, Tensor>
    {
        private readonly object _held = held;

        public override Tensor Forward(Tensor input) => _held is null ? input : input + 1;
    }

    private sealed class Structs : Module<Tensor, Tensor>
    {
        private readonly (Linear Left, Linear Right) _pair = (new(2, 2, bias: false), new(2, 2, bias: false));
        private readonly ImmutableArray<Linear> _array = [new(2, 2, bias: false)];
        private readonly (Linear Layer, int Number)? _maybe = (new(2, 2, bias: false), 1);
        private readonly (Linear, int)? _none;
        private readonly Linear _own = new(2, 2, bias: false);

        public Structs(bool isFull = false) => _none = isFull ? (new Linear(2, 2), 1) : null;

        public override Tensor Forward(Tensor input) =>
            _none is null ? _own.Forward(_pair.Left.Forward(_array[0].Forward(_maybe!.Value.Layer.Forward(input)))) : input;
    }

    private sealed class Lookup : Module<Tensor, Tensor>
    {
        private readonly Dictionary<string, Linear> _byName = [];
        private readonly Linear _first = new(2, 2, bias: false);
        private readonly List<Linear> _list = [new(2, 2, bias: false)];

        public Lookup() => (_byName["first"], _byName["second"], _byName["third"]) = (_first, _list[0], new(2, 2, bias: false));

        public override Tensor Forward(Tensor input) => _byName["third"].Forward(input);
    }

    private sealed class Buffers : Module<Tensor, Tensor>
    {
        [Buffer]
        private readonly Tensor[] _masks = [Tensor.Zeros(2), Tensor.Ones(2)];

        public override Tensor Forward(Tensor input) => input * _masks[1];
    }
}
