using DeepLearning.Backends;

namespace DeepLearning.Tests.Backends.Host;

/// <summary>Threads can be put on a processor and leave it again, where the system can do that.</summary>
public class ProcessorTests
{
    [Fact]
    public void A_thread_is_brought_to_a_processor_and_leaves_it()
    {
        if (Processor.Current() < 0 || Environment.ProcessorCount < 2)
        {
            return;
        }

        OnThreadOfItsOwn(() =>
        {
            Processor.Mask before = new(), allowed = new(), after = new();
            Assert.True(before.Read(0));
            var some = Enumerable.Range(0, Processor.Mask.Processors).First(processor => before[processor]);
            Assert.True(Processor.Bring(Processor.Thread(), some, allowed, new Processor.Mask()));
            Assert.Equal(some, Processor.Current());

            Assert.True(Processor.Leave(some, allowed));
            Assert.NotEqual(some, Processor.Current());
            Assert.True(after.Read(0));
            Assert.Equal(Bits(before), Bits(after));
        });
    }

    [Fact]
    public void A_thread_with_one_processor_cannot_leave_it()
    {
        if (Processor.Current() < 0)
        {
            return;
        }

        OnThreadOfItsOwn(() =>
        {
            var here = Processor.Current();
            Processor.Mask one = new(), allowed = new();
            Assert.True(Processor.Bring(Processor.Thread(), here, allowed, new Processor.Mask()));
            Assert.True(one.Read(0));
            Assert.False(Processor.Leave(here, one));
            Assert.Equal(here, Processor.Current());
            Assert.Equal([here], Bits(one));
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Processor.Mask.Processors)]
    public void A_processor_that_is_not_there_changes_nothing(int processor)
    {
        if (Processor.Current() < 0)
        {
            return;
        }

        OnThreadOfItsOwn(() =>
        {
            Processor.Mask before = new(), after = new();
            Assert.True(before.Read(0));
            Assert.False(Processor.Bring(Processor.Thread(), processor, new Processor.Mask(), new Processor.Mask()));
            Assert.False(Processor.Leave(processor, before));
            Assert.True(after.Read(0));
            Assert.Equal(Bits(before), Bits(after));
        });
    }

    private static int[] Bits(Processor.Mask mask) => [.. Enumerable.Range(0, Processor.Mask.Processors).Where(bit => mask[bit])];

    private static void OnThreadOfItsOwn(Action test)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(error);
    }
}
